"""The address of the style guide."""

from django.urls import path

from loyalty.shell.styleguide import views

urlpatterns = [path("staff/style-guide/", views.style_guide, name="style-guide")]
