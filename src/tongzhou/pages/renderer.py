"""How Django's forms are drawn here: one template for a form, one for a field."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    form_template_name = "pages/fields.html"
    field_template_name = "pages/field.html"
