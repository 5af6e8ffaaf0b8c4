package dev.holdfast.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConsoleRoutesTest extends HttpFixture {
  private static final Pattern LINKED = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"");
  private static final Pattern IMPORTED = Pattern.compile("from \"\\./([^\"]+)\"");

  private HttpResponse<String> page() {
    return send(request("/").header("Accept", "text/html,application/xhtml+xml"));
  }

  @Test
  void aBrowserGetsThePageAndOthersGetText() {
    assertThat(page().headers().firstValue("Content-Type")).contains("text/html;charset=utf-8");
    assertThat(send(request("/")).body()).startsWith("Holdfast, node foo");
    assertThat(page().headers().firstValue("Vary")).contains("Accept");
  }

  @Test
  void nothingInlineAndNothingForeignIsAllowedOrUsed() {
    String policy = page().headers().firstValue("Content-Security-Policy").orElse("");
    assertThat(policy)
        .contains("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'")
        .doesNotContain("unsafe");
    assertThat(page().body())
        .doesNotContain("style=", "<style", "onclick", "http://", "https://")
        .doesNotContainPattern("<script[^>]*>[^<]");
  }

  @Test
  void allThatThePageAndItsModulesNameIsThere() {
    Matcher linked = LINKED.matcher(page().body());
    while (linked.find()) {
      assertThat(send(request(linked.group(1))).statusCode())
          .as(linked.group(1))
          .isEqualTo(200);
    }
    Matcher imported = IMPORTED.matcher(source("main.js"));
    int found = 0;
    while (imported.find()) {
      found++;
      HttpResponse<String> module = send(request("/console/" + imported.group(1)));
      assertThat(module.statusCode()).as(imported.group(1)).isEqualTo(200);
      assertThat(module.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/javascript");
    }
    assertThat(found).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "main.js", "api.js", "cluster.js", "dom.js", "overview.js", "chart.js", "map.js",
        "entities.js", "entity.js", "schema.js", "problem.js", "nodes.js", "events.js", "theme.js"
      })
  void noIdAndNoValueCanBeTakenForMarkup(String file) {
    assertThat(source(file))
        .doesNotContain("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(")
        .doesNotContain("new Function", "setAttribute(\"style\"", ".href =");
  }

  @Test
  void whatIsKnownAlreadyIsNotSentAgain() {
    String tag = page().headers().firstValue("ETag").orElseThrow();
    HttpResponse<String> again =
        send(request("/").header("Accept", "text/html").header("If-None-Match", tag));
    assertThat(again.statusCode()).isEqualTo(304);
    assertThat(page().headers().firstValue("Cache-Control")).contains("no-cache");
  }

  @Test
  void onlyTheFilesOfTheConsoleAreThere() {
    for (String path : List.of(
        "/console", "/console/x.js", "/console/..%2Findex.html", "/console/a/b", "/console/")) {
      assertThat(send(request(path)).statusCode()).as(path).isIn(400, 404);
    }
    assertProblem(post("/console/main.js", "{}"), 405, "method-not-allowed");
  }

  private static String source(String file) {
    try (InputStream in =
        ConsoleRoutesTest.class.getResourceAsStream("/dev/holdfast/server/console/" + file)) {
      return new String(Objects.requireNonNull(in, file).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
