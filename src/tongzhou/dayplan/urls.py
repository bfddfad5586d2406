from django.urls import path

from tongzhou.dayplan import tables, views

urlpatterns = [
    path("plan/", views.index, name="plans"),
    path("plan/visits", views.visits, name="plan_visits"),
    path("plan/made/<str:key>", tables.made, name="plan_made"),
    path("plan/made/<str:key>/rows.csv", tables.rows, name="plan_rows"),
    path("plan/made/<str:key>/tables.zip", tables.tables, name="plan_tables"),
    path("plan/<slug:engine>", tables.start, name="plan_engine"),
]
