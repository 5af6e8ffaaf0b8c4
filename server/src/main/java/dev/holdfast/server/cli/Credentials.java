package dev.holdfast.server.cli;

import dev.holdfast.NotDone;
import dev.holdfast.runtime.Loopback;
import dev.holdfast.runtime.TlsFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The access token of a client and the authority that it trusts. A token is never taken from the
 * command line, which others on the machine can see, and never sent in the clear. Immutable.
 *
 * @param token empty for none
 * @param trust null for what Java trusts
 */
record Credentials(String token, @Nullable SSLContext trust) {
  static final Credentials NONE = new Credentials("", null);

  private static final int LONGEST = 1_000;

  static Credentials of(ServerOptions options, Map<String, String> environment) {
    Path ca = options.ca == null ? path(environment, "HOLDFAST_CA") : options.ca;
    return new Credentials(token(options, environment), ca == null ? null : trust(ca));
  }

  private static String token(ServerOptions options, Map<String, String> environment) {
    if (options.tokenFile != null) {
      return read(options.tokenFile);
    }
    String token = environment.getOrDefault("HOLDFAST_TOKEN", "").strip();
    Path file = path(environment, "HOLDFAST_TOKEN_FILE");
    return token.isEmpty() && file != null ? read(file) : checked(token, "HOLDFAST_TOKEN");
  }

  private static @Nullable Path path(Map<String, String> environment, String name) {
    String path = environment.getOrDefault(name, "");
    try {
      return path.isEmpty() ? null : Path.of(path);
    } catch (InvalidPathException e) {
      throw CommandFailure.usage(name + " is no path");
    }
  }

  private static String read(Path file) {
    try {
      if (Files.size(file) <= LONGEST) {
        return checked(Files.readString(file).strip(), file.toString());
      }
    } catch (IOException e) {
      throw CommandFailure.usage("cannot read an access token from " + file);
    }
    throw CommandFailure.usage(file + " is too large to be an access token");
  }

  private static String checked(String token, String origin) {
    if (!token.matches("[A-Za-z0-9._~+/-]*=*")) {
      throw CommandFailure.usage(origin + " holds no access token");
    }
    return token;
  }

  private static SSLContext trust(Path ca) {
    try {
      return TlsFiles.trusting(ca);
    } catch (NotDone.CannotStart e) {
      throw CommandFailure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** Refuses to show the token to whoever listens between here and the server. */
  void requireSafe(URI server) {
    boolean safe = "https".equals(server.getScheme()) || Loopback.is(server.getHost());
    if (!token.isEmpty() && !safe) {
      throw CommandFailure.usage("the access token would travel to " + server
          + " for everybody to read; use https, or send none");
    }
  }

  @Override
  public String toString() {
    return "Credentials[" + (token.isEmpty() ? "none" : "***") + "]";
  }
}
