# What it is built on. A release names it by its digest: --build-arg BASE=NAME@sha256:…
ARG PYTHON_VERSION=3.13
ARG BASE=docker.io/library/python:${PYTHON_VERSION}-slim
FROM ${BASE} AS build
WORKDIR /src
# What it stands on changes seldom: a layer of its own, apart from the source.
COPY pyproject.toml constraints.txt ./
# Compiled, unless --build-arg COMPILED=0 asks for pure Python: that needs no compiler, and answers the same.
ARG COMPILED=1
RUN [ "$COMPILED" = 0 ] || { apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev \
      $(python3 -c 'import os, sysconfig; print("" if os.path.exists(sysconfig.get_path("include") + "/Python.h") else "python3-dev")'); }
RUN python3 -m venv /opt/mockenv \
 && python3 -c "import tomllib; told = tomllib.load(open('pyproject.toml', 'rb'))['project']; print(*told['dependencies'], *told['optional-dependencies']['tls'], *told['optional-dependencies']['postgres'], sep='\n')" > wanted.txt \
 && /opt/mockenv/bin/pip install --no-cache-dir --disable-pip-version-check --constraint constraints.txt --requirement wanted.txt
COPY README.md LICENSE hatch_build.py ./
COPY openapi openapi
COPY fixtures fixtures
COPY docs docs
COPY mockenv mockenv
# The cache is what a first start remembers for those that follow: in the image nobody may write it, and each start would be the first.
RUN HATCH_BUILD_HOOK_ENABLE_MYPYC=$COMPILED PIP_CONSTRAINT=/src/constraints.txt \
    /opt/mockenv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps . \
 && /opt/mockenv/bin/python -m compileall -q /opt/mockenv/lib \
 && XDG_CACHE_HOME=/opt/mockenv/cache /opt/mockenv/bin/python -c 'from mockenv.bootstrap import build; from mockenv.settings import Settings; build(Settings()).close()' \
 && chmod -R a+rX /opt/mockenv/cache

FROM ${BASE}
ARG VERSION=unreleased
ARG SOURCE=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.source="${SOURCE}" \
      org.opencontainers.image.revision="${REVISION}"
LABEL org.opencontainers.image.title="mockenv" \
      org.opencontainers.image.description="A local, stateful simulator of services that create environments" \
      org.opencontainers.image.licenses="MIT"
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin mockenv \
 && mkdir /data && chown mockenv /data
COPY --from=build /opt/mockenv /opt/mockenv
ENV PATH=/opt/mockenv/bin:$PATH \
    XDG_CACHE_HOME=/opt/mockenv/cache \
    PYTHONUNBUFFERED=1 \
    MOCKENV_HOST=0.0.0.0 \
    MOCKENV_PORT=6368
USER 10001
EXPOSE 6368
# Reads the same variables as the server, so a changed port needs no changed check. Often, because CI waits for the first.
HEALTHCHECK --interval=2s --timeout=3s --start-period=10s --retries=3 CMD ["mockenv", "health"]
ENTRYPOINT ["mockenv"]
CMD ["serve"]
