# docker build -t notify . && docker run -p 3000:3000 -v notify-data:/data -e NOTIFICATION_SECRET=change-me notify
#
# The server needs no shell, and writes only to /data. With --build-arg RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled the image
# has neither a shell nor a package manager; docker run --read-only works with both.

ARG NODE=node:22-slim
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0
ARG RUNTIME=mcr.microsoft.com/dotnet/aspnet:10.0

# The stock Socket.IO client that the server sends to browsers.
FROM $NODE AS client
WORKDIR /client
COPY src/Notify.Server/client/package.json src/Notify.Server/client/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

# The bell.
FROM $NODE AS inbox
WORKDIR /inbox
COPY src/notify-inbox/package.json src/notify-inbox/package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY src/notify-inbox .
RUN node build.mjs

FROM $SDK AS build
WORKDIR /source
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Notify.Client/Notify.Client.csproj src/Notify.Client/
COPY src/Notify.Protocol/Notify.Protocol.csproj src/Notify.Protocol/
COPY src/Notify.Broker/Notify.Broker.csproj src/Notify.Broker/
COPY src/Notify.Storage/Notify.Storage.csproj src/Notify.Storage/
COPY src/Notify.Server/Notify.Server.csproj src/Notify.Server/
RUN dotnet restore src/Notify.Server
COPY config config
COPY hocon hocon
COPY src src
COPY --from=client /client/node_modules src/Notify.Server/client/node_modules
COPY --from=inbox /inbox/dist /inbox
# The commit for --version: --build-arg COMMIT=$(git rev-parse HEAD). The history of git is not part of the image's source.
ARG COMMIT=
RUN dotnet publish src/Notify.Server -c Release -o /app --no-restore -p:SourceRevisionId=$COMMIT -p:InboxScripts=/inbox && mkdir /data

FROM $RUNTIME
COPY --from=build /app /app
COPY --from=build --chown=1654:1654 /data /data
USER 1654:1654
# NOTIFY_STORE=sqlite:data/notify.db is below the working directory.
WORKDIR /
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s CMD ["dotnet", "/app/Notify.Server.dll", "health"]
ENTRYPOINT ["dotnet", "/app/Notify.Server.dll"]
