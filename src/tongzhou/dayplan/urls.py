from django.urls import path

from tongzhou.dayplan import views

urlpatterns = [
    path("plan/", views.index, name="plans"),
    path("plan/visits", views.visits, name="plan_visits"),
    path("plan/made/<str:key>", views.made, name="plan_made"),
    path("plan/made/<str:key>/rows.csv", views.rows, name="plan_rows"),
    path("plan/made/<str:key>/tables.zip", views.tables, name="plan_tables"),
    path("plan/<slug:engine>", views.start, name="plan_engine"),
]
