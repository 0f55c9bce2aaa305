# mypy: disable-error-code="import-not-found,import-untyped"
"""What is served: allauth's headless API alone."""

from django.urls import include, path

urlpatterns = [path("_allauth/", include("allauth.headless.urls"))]
