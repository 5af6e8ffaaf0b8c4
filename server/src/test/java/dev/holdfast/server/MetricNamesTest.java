package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Holdfast;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** A running node, and the names by which documents, dashboard and alerts call its metrics. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class MetricNamesTest {
  private static final Path ROOT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());
  private static final Pattern FAMILY = Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$");
  private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(holdfast_[a-z_]+)`");
  private static final Pattern NAME = Pattern.compile("\\b(holdfast|hikaricp|jvm)_[a-z_]+\\b");
  private static final Pattern SERIES = Pattern.compile("(?m)^([a-z_]+)(\\{.*})? ");
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir
  static Path folder;

  private String url = "";
  private String scraped = "";
  private AutoCloseable running = () -> {};

  @BeforeAll
  void someTraffic() {
    String database = "jdbc:sqlite:" + folder.resolve("holdfast.db");
    ServerConfig config = new ConfigSources(
            null, Map.of(), Map.of("node.name", "foo", "http.port", "0", "database.url", database))
        .load();
    ServerNode node = ServerNode.start(config, Holdfast.builder(), () -> {});
    running = node;
    url = node.url();
    for (int i = 0; i < 3; i++) {
      put("secret-1", "\"working\"");
    }
    for (String read : List.of("", "?read=any", "?read=confirmed", "?read=stale:1s")) {
      assertThat(get("/v1/entity/secret-1" + read)).contains("working");
    }
    get("/v1/entity/secret-2");
    get("/v1/secret-3/secret-4/secret-5/secret-6/secret-7");
    for (int i = 0; i < 10; i++) {
      get("/v1/entity/secret-1");
    }
    get("/metrics"); // names itself in the next one
    scraped = get("/metrics");
  }

  @AfterAll
  void stop() throws Exception {
    running.close();
  }

  private String get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url + path)));
  }

  private void put(String id, String json) {
    send(HttpRequest.newBuilder(URI.create(url + "/v1/entity/" + id))
        .header("Content-Type", "application/json")
        .PUT(BodyPublishers.ofString(json)));
  }

  private static String send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String read(String file) {
    try {
      return Files.readString(ROOT.resolve(file));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Set<String> found(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What may be asked for: each series, and of histograms the name without its ending. */
  private Set<String> series() {
    return found(SERIES, scraped);
  }

  private double value(String series) {
    return scraped
        .lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + series + " in\n" + scraped));
  }

  @Test
  void whatIsToldIsDocumentedAndWhatIsDocumentedIsTold() {
    Set<String> told = FAMILY
        .matcher(scraped)
        .results()
        .map(MetricNamesTest::family)
        .filter(name -> name.startsWith("holdfast_") && !name.endsWith("_max"))
        .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found(DOCUMENTED, read("docs/operating.md"))).isEqualTo(told);
  }

  private static String family(MatchResult type) {
    boolean total = type.group(2).equals("counter") && !type.group(1).endsWith("_total");
    return type.group(1) + (total ? "_total" : "");
  }

  @Test
  void theDashboardAsksForNothingThatANodeDoesNotTell() {
    JsonNode dashboard = JsonMapper.shared().readTree(read("deploy/grafana/holdfast.json"));
    List<String> queries =
        dashboard.findValues("expr").stream().map(JsonNode::asString).toList();
    assertThat(queries).hasSizeGreaterThan(30);
    assertAsked(queries);
  }

  @Test
  void theAlertsAskForNothingThatANodeDoesNotTell() {
    JsonNode alerts = new YAMLMapper().readTree(read("deploy/prometheus/holdfast-alerts.yml"));
    List<String> names = new ArrayList<>();
    List<String> queries = new ArrayList<>();
    for (JsonNode rule : alerts.at("/groups/0/rules")) {
      names.add(rule.path("alert").asString(""));
      queries.add(rule.path("expr").asString(""));
      assertThat(rule.at("/annotations/summary").asString("")).isNotEmpty();
      assertThat(rule.at("/labels/severity").asString("")).isIn("info", "warning", "critical");
    }
    assertThat(names)
        .hasSizeGreaterThan(10)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.startsWith("Holdfast"));
    assertAsked(queries);
  }

  private void assertAsked(List<String> queries) {
    Set<String> asked = new TreeSet<>();
    for (String query : queries) {
      Set<String> names =
          NAME.matcher(query).results().map(MatchResult::group).collect(Collectors.toSet());
      assertThat(names).as(query).isNotEmpty();
      asked.addAll(names);
    }
    assertThat(series()).containsAll(asked);
  }

  @Test
  void whatIsToldIsRight() {
    assertThat(value("holdfast_ready{node=\"foo\"}")).isEqualTo(1);
    assertThat(value("holdfast_claims{node=\"foo\",state=\"held\"}")).isPositive();
    assertThat(value("holdfast_writes_total{node=\"foo\",result=\"written\"}")).isEqualTo(3);
    assertThat(value("holdfast_entities_live{node=\"foo\",type=\"entity\"}")).isPositive();
    String read = "holdfast_reads_total{mode=\"%s\",node=\"foo\",source=\"%s\"}";
    assertThat(value(read.formatted("linearizable", "owner"))).isEqualTo(11);
    assertThat(value(read.formatted("any", "owner"))).isEqualTo(1);
    assertThat(value(read.formatted("confirmed", "asked"))).isEqualTo(1);
    String request = "holdfast_http_requests_seconds_count{method=\"%s\",node=\"foo\",route=\"%s\","
        + "status=\"%s\"}";
    String one = "/v1/{type}/{id}";
    assertThat(value(request.formatted("GET", one, "200"))).isEqualTo(14);
    assertThat(value(request.formatted("GET", one, "404"))).isEqualTo(1);
    assertThat(value(request.formatted("PUT", one, "200"))).isEqualTo(2);
    assertThat(value(request.formatted("PUT", one, "201"))).isEqualTo(1);
    assertThat(value(request.formatted("GET", "other", "404"))).isEqualTo(1);
    assertThat(value(request.formatted("GET", "/metrics", "200"))).isEqualTo(1);
  }

  @Test
  void nothingThatSomebodyAskedForIsAName() {
    assertThat(scraped).doesNotContain("secret");
  }
}
