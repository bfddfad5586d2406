from django.urls import path

from tongzhou.outlook import severity_views, views

urlpatterns = [
    path("outlook/<number:place>", views.outlook, name="outlook"),
    path("outlook/<number:place>/places", views.places, name="outlook_places"),
    path("outlook/<number:place>/severity", severity_views.page, name="severity"),
    path("alerts/", views.alerts, name="alerts"),
    path("clusters/<number:place>", views.cluster, name="cluster"),
    path("chains/all.<slug:form>", views.graph, name="chains_graph"),
    path("chains/<str:key>", views.chain, name="chain"),
]
