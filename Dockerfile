# Portolan's image: one for the web server, the worker and beat. It runs as a user without rights.
FROM node:22-bookworm-slim AS assets
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --omit=dev

FROM python:3.11-slim-bookworm AS packages
COPY requirements.txt .
RUN python -m venv --without-pip /venv && pip --python /venv/bin/python install --no-cache-dir --no-compile -r requirements.txt

FROM python:3.11-slim-bookworm
ENV PATH=/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PORTOLAN_DATA_DIR=/data \
    STATIC_ROOT=/app/collected
RUN useradd --system --uid 10001 --home-dir /data --create-home portolan
WORKDIR /app
COPY --from=packages /venv /venv
COPY --from=assets /app/node_modules node_modules
COPY manage.py LICENSE ./
COPY apps apps
COPY dashboard dashboard
COPY deploy/base/reader.yaml deploy/base/reader.yaml
COPY examples examples
COPY static static
COPY templates templates
# The secrets of this step serve it alone: what it would write to /data must not come with the image.
RUN PORTOLAN_DATA_DIR=/tmp/build python manage.py collectstatic --noinput && rm -rf /tmp/build
USER portolan
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "dashboard.wsgi", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", "--threads=4", "--access-logfile=-", "--no-control-socket"]
