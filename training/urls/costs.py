"""Addresses of costs and hours."""

from django.urls import URLPattern, path

from training.views import costs, costs_office

urlpatterns: list[URLPattern] = [
    path("costs/", costs_office.costs, name="costs"),
    path("costs/mine/", costs.mine, name="my-costs"),
    path("costs/mine/new/<slug:kind>/", costs.claim, name="claim"),
    path("costs/mine/<slug:ref>/take-back/", costs.take_back, name="claim-back"),
    path("costs/files/", costs_office.exports, name="exports"),
    path("costs/files/<slug:ref>/", costs_office.export, name="export"),
    path("costs/amounts/", costs_office.cost_years, name="cost-years"),
    path("costs/<slug:ref>/", costs_office.cost, name="cost"),
    path("hours/", costs_office.hours, name="hours"),
    path("hours/file/", costs_office.hours_file, name="hours-file"),
    path("hours/mine/", costs.my_hours, name="my-hours"),
    path("hours/mine/<slug:ref>/remove/", costs.remove_hours, name="hours-remove"),
]
