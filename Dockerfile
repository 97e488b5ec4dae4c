# One image for the web server, the workers and the scheduler.
FROM python:3.11.13-slim-bookworm AS build
WORKDIR /app
COPY pyproject.toml README.md requirements.txt package.json package-lock.json ./
COPY scripts scripts
COPY media_archive media_archive
COPY workers workers
COPY webapp webapp
COPY storage_profiles storage_profiles
RUN python scripts/bootstrap.py run && rm -rf node_modules .venv/uv

FROM python:3.11.13-slim-bookworm
RUN useradd --uid 10001 --create-home archive && install -d -o archive -g archive /var/lib/media-archive
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/app/.venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER archive
VOLUME /var/lib/media-archive
EXPOSE 8080
CMD ["media-archive", "--help"]
