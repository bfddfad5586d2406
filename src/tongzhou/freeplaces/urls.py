from django.urls import path

from tongzhou.freeplaces import public

urlpatterns = [
    path("free-places/", public.listed, name="free_places_public"),
    path("free-places/list.json", public.as_data, name="free_places_data"),
    path("free-places/list.csv", public.as_table, name="free_places_file"),
]
