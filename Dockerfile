# One image for web, worker, beat, migrate, metrics and the sandbox, and a small one for the proxy; docker-compose.yml
# says which command each runs. Debian trixie, because its own PostgreSQL is 17, as the server in docker-compose.yml:
# pg_dump refuses a server that is newer than itself.
ARG PYTHON_IMAGE=python:3.13-slim-trixie
ARG CADDY_IMAGE=caddy:2-alpine


# --- The proxy: Caddy with our configuration, as a user without rights ---------------------------------------------
FROM ${CADDY_IMAGE} AS proxy
ENV XDG_DATA_HOME=/var/lib/proxy XDG_CONFIG_HOME=/tmp HOME=/tmp
# in the image, not mounted: a checkout that others may not read would otherwise be one that Caddy cannot read
COPY --chmod=0644 deploy/Caddyfile /etc/caddy/Caddyfile
RUN mkdir -m 0700 /var/lib/proxy && chown 10001:10001 /var/lib/proxy
USER 10001:10001
CMD ["caddy", "run", "--config", "/etc/caddy/Caddyfile", "--adapter", "caddyfile"]


# --- What is installed, compiled and collected ----------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /app
COPY requirements.lock .
# without pip in it: nothing is installed later. Only wheels: nobody's setup.py runs here
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install --quiet --require-hashes --only-binary :all: \
       --requirement requirements.lock
COPY manage.py .
COPY templates templates
COPY static static
COPY sandbox sandbox
COPY team team
COPY audiences audiences
COPY operations operations
COPY dashboard dashboard
# The key signs nothing: collecting wants the settings, and they want one. Bytecode is trusted as it is, so that it
# counts whatever time a layer gives its source.
RUN SECRET_KEY=nothing-is-signed-with-this VAR_DIR=/tmp/var STATIC_COLLECTED=/app/collected \
       /venv/bin/python manage.py collectstatic --no-input --verbosity 0 \
    && /venv/bin/python -m compileall -q -j 0 --invalidation-mode unchecked-hash /venv/lib /app \
    && rm requirements.lock && find /venv/lib -name "*.po" -delete \
    && chmod -R a+rX,go-w /app /venv


# --- What backups need of Debian, without the perl that its packages want --------------------------------------------
FROM ${PYTHON_IMAGE} AS tools
WORKDIR /tmp/packages
RUN apt-get update -qq \
    && apt-get download -qq postgresql-client-17 age \
    && for package in *.deb; do dpkg -x "$package" /tools; done


# --- The image --------------------------------------------------------------------------------------------------------
FROM ${PYTHON_IMAGE} AS app
LABEL org.opencontainers.image.title="Audience Dashboard" org.opencontainers.image.licenses="MIT"
RUN apt-get update -qq \
    && apt-get install --yes -qq --no-install-recommends libpq5 libreadline8t64 liblz4-1 libzstd1 zlib1g \
    && rm -rf /var/lib/apt/lists/* /var/cache/apt /var/log/apt /var/log/dpkg.log \
    && groupadd --gid 10001 dashboard \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin dashboard \
    # volumes begin as the image's folders: whose these are, theirs are
    && install --directory --owner 10001 --group 10001 --mode 0700 \
       /var/lib/dashboard /var/lib/dashboard/exports /var/lib/dashboard/backups /offsite
COPY --from=tools /tools/usr/lib/postgresql/17/bin/pg_dump /tools/usr/lib/postgresql/17/bin/pg_restore \
     /tools/usr/lib/postgresql/17/bin/psql /tools/usr/bin/age /usr/local/bin/
# each finds the libraries it is linked with, or the build ends here
RUN pg_dump --version && pg_restore --version && psql --version && age --version
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:/usr/local/bin:/usr/bin:/bin \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    VAR_DIR=/var/lib/dashboard STATIC_COLLECTED=/app/collected
WORKDIR /app
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s \
    CMD ["python", "-m", "operations.alive", "http", "8000", "/health/live"]
CMD ["python", "-m", "dashboard.server", "--host", "0.0.0.0", "--port", "8000"]
