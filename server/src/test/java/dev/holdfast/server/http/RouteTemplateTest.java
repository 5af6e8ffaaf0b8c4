package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.wire.UrlPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class RouteTemplateTest {
  private static final Pattern DOCUMENTED =
      Pattern.compile("(?m)^\\| `(?:GET|PUT|PATCH|DELETE|POST) (/[^? `]*)");

  @Test
  void everyDocumentedPathIsNamedAsTheDocumentDoes() throws IOException {
    String document =
        Files.readString(Path.of("").toAbsolutePath().resolveSibling("docs/http-api.md"));
    List<String> paths =
        DOCUMENTED.matcher(document).results().map(match -> match.group(1)).toList();
    assertThat(paths).hasSizeGreaterThan(12);
    for (String path : paths) {
      String asked = path.replaceAll("\\{[a-z]+}", "some%20thing");
      assertThat(RouteTemplate.of(UrlPath.segments(asked))).isEqualTo(path);
    }
  }

  @Test
  void whateverElseIsAskedForHasOneName() {
    for (String path : List.of("/x", "/v2", "/v1/a/b/c", "/v1/a/b/c/d/e", "/metrics/x")) {
      assertThat(RouteTemplate.of(UrlPath.segments(path))).isEqualTo("other");
    }
  }
}
