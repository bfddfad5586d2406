from django.urls import path

from tongzhou.hospital import aftercare, views

urlpatterns = [
    path("aftercare/", aftercare.page, name="aftercare"),
    path("beds/", views.beds, name="beds"),
    path("beds/ask", views.ask, name="beds_ask"),
    path("beds/houses", views.houses, name="houses"),
    path("beds/patient/<str:key>", views.patient, name="patient"),
    path("beds/vehicle", views.vehicle, name="beds_vehicle"),
    path("beds/ward/<number:number>", views.ward, name="ward"),
]
