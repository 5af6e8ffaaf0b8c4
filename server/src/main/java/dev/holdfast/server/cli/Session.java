package dev.holdfast.server.cli;

import dev.holdfast.runtime.SystemTicker;
import dev.holdfast.server.wire.FailureKind;
import dev.holdfast.spi.Ticker;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What commands run in: where they print, and which server they ask if they are told no other.
 * Belongs to one thread.
 */
final class Session {
  private static final URI USUAL_SERVER = URI.create("http://127.0.0.1:8080");

  private final Report report;
  private final Map<String, String> environment;
  private final Ticker ticker;
  private final @Nullable URI server;
  private final @Nullable Neighbours neighbours;
  private final Map<URI, String> usualTypes = new LinkedHashMap<>();
  private @Nullable HttpClient http;
  private Credentials credentials = Credentials.NONE;

  private Session(
      Report report,
      Map<String, String> environment,
      Ticker ticker,
      @Nullable URI server,
      @Nullable Neighbours neighbours) {
    this.report = report;
    this.environment = Map.copyOf(environment);
    this.ticker = ticker;
    this.server = server;
    this.neighbours = neighbours;
  }

  /** That of the process; output is UTF-8 whatever the locale says. */
  static Session ofProcess() {
    Map<String, String> environment = System.getenv();
    PrintStream out = stream(FileDescriptor.out);
    PrintStream err = stream(FileDescriptor.err);
    Style style = Style.of(Terminals.stdout(), environment);
    return of(new Report(out, err, style, false, false), environment);
  }

  static Session of(Report report, Map<String, String> environment) {
    return new Session(report, environment, new SystemTicker(), null, null);
  }

  private static PrintStream stream(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  /** The same for a shell at {@code node}, which tells how long things take. */
  Session at(URI node, Neighbours others, boolean json, boolean timed) {
    Report ours = new Report(report.out(), report.err(), report.style(), json, timed);
    Session session = new Session(ours, environment, ticker, node, others);
    session.http = http();
    session.credentials = credentials;
    return session;
  }

  Report report() {
    return report;
  }

  /** The same report, in JSON if the command says so. */
  Report report(boolean json) {
    return new Report(
        report.out(),
        report.err(),
        json ? Style.PLAIN : report.style(),
        json || report.json(),
        report.timed());
  }

  Map<String, String> environment() {
    return environment;
  }

  Ticker ticker() {
    return ticker;
  }

  /** Adds what to do now, if nobody could be reached or a token is missing. */
  CommandFailure advised(CommandFailure failure, Api api) {
    if (failure.code().equals(FailureKind.UNAUTHENTICATED.code())) {
      return failure.with(
          failure.message() + "; set HOLDFAST_TOKEN, or name a file with --token-file");
    }
    if (!failure.code().equals("unreachable") || failure.message().contains("--ca")) {
      return failure;
    }
    return failure.with(
        neighbours == null
            ? failure.message() + "; start one with: holdfast demo, or name another with --connect"
            : neighbours.unreachable(api.server(), failure.message()));
  }

  HttpClient http() {
    if (http == null) {
      http = Api.client(credentials.trust());
    }
    return http;
  }

  /**
   * The server to ask: the one named, or this session's, or the environment's, or the usual one.
   */
  Api api(String named) {
    return new Api(http(), uri(named), credentials, ticker, Api.PATIENCE);
  }

  /** The same, with the credentials that the options or the environment name, from now on. */
  Api api(ServerOptions options) {
    Credentials given = Credentials.of(options, environment);
    boolean inShell = server != null;
    if (!inShell || options.tokenFile != null || options.ca != null) {
      http = given.trust() == null && inShell ? http : null;
      credentials = given;
    }
    return api(options.connect);
  }

  private URI uri(String named) {
    if (!named.isEmpty()) {
      return checked(named, "--connect");
    }
    if (server != null) {
      return server;
    }
    String fromEnvironment = environment.getOrDefault("HOLDFAST_CONNECT", "");
    return fromEnvironment.isEmpty() ? USUAL_SERVER : checked(fromEnvironment, "HOLDFAST_CONNECT");
  }

  private static URI checked(String text, String origin) {
    try {
      URI uri = URI.create(text.contains("://") ? text : "http://" + text);
      if (uri.getHost() != null && Optional.of(uri.getScheme()).get().matches("https?")) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw CommandFailure.usage(
        origin + " takes a URL such as " + USUAL_SERVER + ", not \"" + text + "\"");
  }

  /** The type that is meant when none is named: {@code entity} if served, else the only one. */
  String usualType(Api api) {
    String known = usualTypes.get(api.server());
    if (known != null) {
      return known;
    }
    String type = usualType(api.read("/v1").body().path("types"));
    usualTypes.put(api.server(), type);
    return type;
  }

  private static String usualType(JsonNode types) {
    String only = "";
    for (JsonNode type : types) {
      String name = type.path("name").asString("");
      if (name.equals("entity") || types.size() == 1) {
        return name;
      }
      only += (only.isEmpty() ? "" : ", ") + name;
    }
    throw CommandFailure.usage("say which type is meant, with --type or as type/id: "
        + (only.isEmpty() ? "the server serves none" : "the server serves " + only));
  }
}
