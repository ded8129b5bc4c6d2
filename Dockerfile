FROM python:3.11-slim-bookworm

# libarchive reads the courts' RAR files.
RUN apt-get update && apt-get install -y --no-install-recommends libarchive13 && rm -rf /var/lib/apt/lists/*

WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONUNBUFFERED=1

COPY pyproject.toml README.md LICENSE ./
COPY ingest ingest
COPY rag rag
COPY api api
COPY eval eval
RUN pip install ".[chat,postgres]" && useradd --create-home youju && install -d -o youju -g youju /data

USER youju
ENV YOUJU_DATA=/data YOUJU_HOST=0.0.0.0 YOUJU_PORT=8000
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["youju-serve"]
