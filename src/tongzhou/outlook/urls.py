from django.urls import path

from tongzhou.outlook import views

urlpatterns = [
    path("outlook/<number:place>", views.outlook, name="outlook"),
    path("outlook/<number:place>/places", views.places, name="outlook_places"),
    path("alerts/", views.alerts, name="alerts"),
    path("clusters/<number:place>", views.cluster, name="cluster"),
    path("chains/all.<slug:form>", views.graph, name="chains_graph"),
    path("chains/<str:key>", views.chain, name="chain"),
]
