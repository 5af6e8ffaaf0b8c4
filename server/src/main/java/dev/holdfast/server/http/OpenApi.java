package dev.holdfast.server.http;

import dev.holdfast.server.wire.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import tools.jackson.databind.node.ObjectNode;

/** The description of the API, {@code openapi.json} beside this class, which a test holds to it. */
final class OpenApi {
  private static final String TEXT = read();

  private OpenApi() {}

  /** The document, with the version of this build. */
  static String text() {
    return TEXT;
  }

  private static String read() {
    try (InputStream in = OpenApi.class.getResourceAsStream("openapi.json")) {
      if (in == null) {
        throw new IllegalStateException("openapi.json is missing");
      }
      ObjectNode document = (ObjectNode) Answers.JSON.readTree(in);
      ((ObjectNode) document.get("info")).put("version", Version.TEXT);
      return document.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
