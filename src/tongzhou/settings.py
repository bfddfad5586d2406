"""Django's settings; what an operator may change comes from the environment (docs/operations.md)."""

import datetime as dt
import os
from pathlib import Path

from tongzhou.database.roles import APP, OWNER, SIGNIN, Installation

INSTALLATION = Installation.here()
SECRET_KEY = INSTALLATION.secrets()["django"]
FRONT_SECRET = INSTALLATION.secrets()["front"]
DEBUG = False
ALLOWED_HOSTS = os.environ.get("TONGZHOU_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host not in {"127.0.0.1", "localhost", "[::1]"}]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("TONGZHOU_TLS") == "1"
SESSION_ENGINE = "tongzhou.people.session"
SESSION_COOKIE_NAME = "__Host-sessionid" if SESSION_COOKIE_SECURE else "sessionid"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # the server ends sessions by role: rulebooks/policies/sign_in.yaml

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "tongzhou.ledger",
    "tongzhou.places",
    "tongzhou.people",
    "tongzhou.pages",
    "tongzhou.accounts",
    "tongzhou.sites",
    "tongzhou.erasure",
    "tongzhou.persons",
    "tongzhou.community",
    "tongzhou.cases",
    "tongzhou.investigation",
    "tongzhou.linelist",
    "tongzhou.hospital",
    "tongzhou.supply",
    "tongzhou.directives",
    "tongzhou.workforce",
    "tongzhou.sanitation",
    "tongzhou.necessities",
    "tongzhou.measures",
    "tongzhou.gates",
    "tongzhou.freeplaces",
    "tongzhou.liaisons",
    "tongzhou.medicines",
    "tongzhou.market",
    "tongzhou.cars",
    "tongzhou.waiting",
    "tongzhou.command",
    "tongzhou.coverage",
    "tongzhou.reports",
    "tongzhou.outlook",
    "tongzhou.dayplan",
    "tongzhou.console",
    "tongzhou.doorway",
    "tongzhou.today",
]

MIDDLEWARE = [
    "tongzhou.people.address.ClientAddress",
    "tongzhou.console.security.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "tongzhou.people.scope.ScopeMiddleware",
    "tongzhou.console.invented.Middleware",
    "tongzhou.api.refusing.ProblemMiddleware",
    "tongzhou.reports.burden.Middleware",
]
OTP_TOTP_ISSUER = "Tongzhou"
OTP_TOTP_THROTTLE_FACTOR = 1
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "tongzhou.people.passwords.UnlikeLogin"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if os.environ.get("TONGZHOU_FAST_PASSWORDS") == "1":  # tests only: a good hash is slow on purpose
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# From this day on whoever sees names or signs needs a second factor (people/roles.py); without it nobody must have one.
SECOND_FACTOR_FROM = ((day := os.environ.get("TONGZHOU_SECOND_FACTOR_FROM")) and dt.date.fromisoformat(day)) or None
LOGIN_URL = "/login"
CSRF_FAILURE_VIEW = "tongzhou.api.broken.old_form"
LOGIN_REDIRECT_URL = "/"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "tongzhou.console.context.shell",
            ]
        },
    }
]

# Forms are drawn by the templates of `pages`, one for a form and one for a field.
FORM_RENDERER = "tongzhou.pages.renderer.Renderer"


def _database(role: str) -> dict[str, object]:
    given = INSTALLATION.connection(role)
    known = {"host": "HOST", "port": "PORT", "dbname": "NAME", "user": "USER", "password": "PASSWORD"}
    options = {key: value for key, value in given.items() if key not in known}
    return {
        "ENGINE": "django.db.backends.postgresql",
        **{known[key]: value for key, value in given.items() if key in known},
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


# One database, four roles. Pages read as `app`; accounts and sessions as `signin`; migrations run as `owner`; the
# ledger role has a pool of its own (ledger/door.py) and no part in Django.
DATABASES = {"default": _database(APP), "signin": _database(SIGNIN), "owner": _database(OWNER)}
DATABASE_ROUTERS = ["tongzhou.people.signin.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

ROOT_URLCONF = "tongzhou.urls"
WSGI_APPLICATION = "tongzhou.wsgi.application"
STATIC_URL = "/static/"
STATIC_ROOT = INSTALLATION.home / "static"

USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LOCALE_PATHS = [Path(__file__).with_name("locale")]
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "tongzhou.logs.Formatter", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    # An address that there is none of, or a form that is refused, is no fault: anybody could fill the log with them.
    "loggers": {"django.request": {"level": "ERROR"}},
}
