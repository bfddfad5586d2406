from django.urls import path

from tongzhou.command import morning_views, public, views

urlpatterns = [
    path("", views.home),
    path("board/", views.start, name="board_start"),
    path("board/<int:place>", views.board, name="board"),
    path("board/<int:place>/rt", views.rt, name="board_rt"),
    path("api/board/<int:place>.json", views.board_json, name="board_json"),
    path("morning/", morning_views.morning, name="morning"),
    path("source/<slug:noun>/<path:key>", views.source, name="source"),
    path("public/", public.page, name="public"),
    path("report/sitrep", views.report, name="sitrep"),
]
