# One image for web, worker, beat and sandbox; docker-compose.yml says which command each runs.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 VAR_DIR=/var/lib/dashboard
WORKDIR /app
COPY requirements.lock .
RUN pip install --no-cache-dir --require-hashes --requirement requirements.lock
COPY . .
RUN python -m compileall -q dashboard audiences team sandbox \
    && useradd --system --home-dir /app dashboard \
    && install --directory --owner dashboard --mode 0700 "$VAR_DIR"
USER dashboard
CMD ["python", "-m", "dashboard.server", "--host", "0.0.0.0", "--port", "8000"]
