package dev.holdfast.server.http;

import dev.holdfast.runtime.SystemTicker;
import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.server.config.ServerConfig;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.xnio.Options;
import org.xnio.Sequence;
import org.xnio.XnioWorker;

/** How a server listens: its limits on connections and headers, and TLS if it is configured. */
final class Listening {
  private static final int RENEW_SECONDS = 5;

  private final ServerConfig.Http http;
  private final @Nullable TlsFiles tls;

  Listening(ServerConfig.Http http) {
    this.http = http;
    ServerConfig.Tls files = http.tls();
    tls = files == null
        ? null
        : TlsFiles.read(files.certificate(), files.key(), null, new SystemTicker());
  }

  Undertow.Builder builder() {
    int connections = http.limits().connections();
    int arrivalMillis = (int) http.limits().arrival().toMillis();
    Undertow.Builder builder = Undertow.builder()
        .setSocketOption(Options.CONNECTION_HIGH_WATER, connections)
        .setSocketOption(Options.CONNECTION_LOW_WATER, connections)
        .setServerOption(UndertowOptions.DECODE_URL, false)
        .setServerOption(UndertowOptions.MAX_HEADER_SIZE, 16 * 1024)
        .setServerOption(UndertowOptions.MAX_HEADERS, 64)
        .setServerOption(UndertowOptions.MAX_PARAMETERS, 16)
        .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, arrivalMillis)
        .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, 120_000)
        .setServerOption(UndertowOptions.IDLE_TIMEOUT, 120_000);
    TlsFiles files = tls;
    if (files == null) {
      return builder.addHttpListener(http.port(), http.host());
    }
    if (http.http2()) {
      Http2Streams.offer(builder);
    }
    return builder
        .setSocketOption(Options.SSL_ENABLED_PROTOCOLS, Sequence.of("TLSv1.3", "TLSv1.2"))
        .addHttpsListener(http.port(), http.host(), files.context());
  }

  /** Has new connections use the certificate that is in the files, as long as the worker runs. */
  void renewCertificate(Undertow.ListenerInfo listener, XnioWorker worker) {
    TlsFiles files = tls;
    if (files != null) {
      worker
          .getIoThread()
          .executeAtInterval(
              () -> worker.execute(() -> use(files.context(), listener)),
              RENEW_SECONDS,
              TimeUnit.SECONDS);
    }
  }

  private static void use(SSLContext context, Undertow.ListenerInfo listener) {
    if (!context.equals(listener.getSslContext())) {
      listener.setSslContext(context);
    }
  }

  /** Where clients reach it. */
  String url(int port) {
    if (!http.advertised().isEmpty()) {
      return http.advertised();
    }
    String host = http.host();
    return (tls == null ? "http://" : "https://") + (host.contains(":") ? "[" + host + "]" : host)
        + ":" + port;
  }
}
