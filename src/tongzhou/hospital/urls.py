from django.urls import path

from tongzhou.hospital import afterwards, views, ward

urlpatterns = [
    path("aftercare/", afterwards.aftercare, name="aftercare"),
    path("beds/", views.beds, name="beds"),
    path("beds/ask", views.ask_for_a_bed, name="beds_ask"),
    path("beds/houses", views.houses, name="houses"),
    path("beds/patient/<str:key>", ward.patient, name="patient"),
    path("beds/ward/<number:number>", ward.ward, name="ward"),
]
