from django.urls import path

from tongzhou.command import graded, indicators, levels, morning_views, public, sitrep_views, views

urlpatterns = [
    path("", views.home),
    path("board/", views.start, name="board_start"),
    path("board/<number:place>", views.board, name="board"),
    path("board/<number:place>/units.csv", views.units_csv, name="board_units_csv"),
    path("board/<number:place>/figures", graded.page, name="board_figures"),
    path("board/<number:place>/figures.csv", graded.table, name="board_figures_csv"),
    path("board/<number:place>/indicators", indicators.page, name="board_indicators"),
    path("board/<number:place>/indicators.csv", indicators.table, name="board_indicators_csv"),
    path("api/board/<number:place>/indicators.json", indicators.data, name="board_indicators_json"),
    path("board/<number:place>/rt", views.rt, name="board_rt"),
    path("api/board/<number:place>.json", views.board_json, name="board_json"),
    path("levels/", levels.listed, name="levels"),
    path("levels/<number:place>", levels.level, name="level"),
    path("morning/", morning_views.morning, name="morning"),
    path("public/", public.page, name="public"),
    path("report/sitrep", sitrep_views.report, name="sitrep"),
    path("report/sitrep.pdf", sitrep_views.paper, name="sitrep_pdf"),
]
