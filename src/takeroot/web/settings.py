"""Settings: each comes from the environment (see ``environment.py``), with a default that works on a laptop."""

from __future__ import annotations

from csp.constants import NONE, SELF
from django.contrib.staticfiles.storage import StaticFilesStorage

from takeroot.web import environment, logs
from takeroot.web.assets import address_of_assets

HOME = environment.home()
CACHE = HOME / "frames"
CACHE_BYTES = environment.megabytes("TAKEROOT_CACHE_MB", 1024)

SECRET_KEY = environment.secret(HOME)
ANSWERS_KEY = environment.answers_key(HOME)
DEBUG = environment.is_on("TAKEROOT_DEBUG")
DEMO = environment.is_on("TAKEROOT_DEMO")
ALLOWED_HOSTS = environment.words("TAKEROOT_HOSTS", "localhost,127.0.0.1,[::1]")
HTTPS = environment.is_on("TAKEROOT_HTTPS")
PROXIES = environment.whole("TAKEROOT_PROXIES", int(HTTPS))
UPLOAD_BYTES = environment.megabytes("TAKEROOT_UPLOAD_MB", 50)

DATABASES = {"default": environment.database(HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",  # the models of auth need it
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "template_partials",
    "takeroot.web.apps.Workbench",
]
MIDDLEWARE = [
    "takeroot.web.requests.Requests",
    "django.middleware.security.SecurityMiddleware",
    "takeroot.web.headers.headers",
    "csp.middleware.CSPMiddleware",
    "takeroot.web.assets.Assets",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "takeroot.web.requests.small_enough",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "takeroot.web.requests.SignInRequired",  # a page without a sign-in has to say so
    "takeroot.web.second_step.Required",
    "django_htmx.middleware.HtmxMiddleware",
    "takeroot.web.faults.Faults",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "takeroot.web.urls"
WSGI_APPLICATION = "takeroot.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ],
        },
    }
]

# People
AUTH_USER_MODEL = "web.Person"
AUTHENTICATION_BACKENDS = ["takeroot.web.roles.SignIns"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "portfolio"
LOGOUT_REDIRECT_URL = "sign-in"
SESSION_ENGINE = "takeroot.web.sessions"
SESSION_COOKIE_AGE = environment.whole("TAKEROOT_SESSION_HOURS", 12, least=1) * 60 * 60
SESSION_IDLE = environment.whole("TAKEROOT_IDLE_MINUTES", 120, least=1) * 60
REQUIRE_TOTP = environment.one_of("TAKEROOT_REQUIRE_TOTP", "none", "leads", "all")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "takeroot.web.views.signing_in.expired"

# What a browser may do with a page
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the proxy's work
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if HTTPS]

STATIC_URL = address_of_assets()
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": f"{StaticFilesStorage.__module__}.{StaticFilesStorage.__name__}"},
}
WHITENOISE_USE_FINDERS = True  # straight from the package: nothing to collect
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 31_536_000  # the address changes when an asset does

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

# What is sent out: nothing, unless a server for e-mail is named
vars().update(environment.mail(ALLOWED_HOSTS))

LOG_REQUESTS = environment.is_on("TAKEROOT_LOG_REQUESTS")
LOGGING = logs.settings(environment.one_of("TAKEROOT_LOG", "plain", "json"), requests=LOG_REQUESTS, debug=DEBUG)
