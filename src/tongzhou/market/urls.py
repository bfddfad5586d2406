from django.urls import path

from tongzhou.market import bring, public

urlpatterns = [
    path("prices/", public.prices, name="prices_public"),
    path("prices/list.json", public.as_data, name="prices_data"),
    path("market/import", bring.bring, name="market_import"),
    path("market/import/refused", bring.refused, name="market_refused"),
]
