package dev.holdfast.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.runtime.TlsFiles;
import dev.holdfast.server.config.ConfigSources;
import dev.holdfast.server.config.ServerConfig;
import dev.holdfast.server.http.HttpApi;
import dev.holdfast.testkit.TestAuthority;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** Whether what the manifests under deploy/kubernetes say of this program is true. */
final class KubernetesFilesTest {
  private static final Path ROOT =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

  /** What a Deployment adds to its own name at most: two dashes, ten characters, and five. */
  private static final int OF_A_POD = 17;

  private static final int LONGEST_NODE_NAME = 32;
  private static final int LEAVING_SECONDS = 18;
  private static final String FILES = "/etc/holdfast";
  private static final Pattern FILE = Pattern.compile(FILES + "/([a-z-]+)/([a-z.]+)");

  @TempDir
  static Path folder;

  private final List<JsonNode> objects = documents("holdfast.yaml");
  private final JsonNode deployment = only("Deployment", "holdfast");
  private final JsonNode pod = deployment.at("/spec/template/spec");
  private final JsonNode container = pod.at("/containers/0");
  private final String conf =
      only("ConfigMap", "holdfast").at("/data/holdfast.conf").asString();

  private static List<JsonNode> documents(String file) {
    ObjectReader reader = new YAMLMapper().readerFor(JsonNode.class);
    try (var documents = reader.<JsonNode>readValues(
        Files.readString(ROOT.resolve("deploy/kubernetes").resolve(file)))) {
      return documents.readAll();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private JsonNode only(String kind, String name) {
    return objects.stream()
        .filter(object -> object.at("/kind").asString().equals(kind)
            && object.at("/metadata/name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static List<JsonNode> each(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static JsonNode named(JsonNode array, String name) {
    return each(array).stream()
        .filter(entry -> entry.at("/name").asString().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private String command() {
    return container.at("/args/0").asString();
  }

  /** The environment of a pod, with what the Secret of the manifest has for it. */
  private Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    for (JsonNode variable : each(container.at("/env"))) {
      JsonNode from = variable.at("/valueFrom");
      JsonNode secret = from.at("/secretKeyRef");
      String field = from.at("/fieldRef/fieldPath").asString("");
      String value = switch (field) {
        case "metadata.name" -> "holdfast-6f9c7d5b8f-x2x5z";
        case "status.podIP" -> "10.0.0.5";
        default -> {
          JsonNode secrets = only("Secret", secret.at("/name").asString()).at("/stringData");
          assertThat(secrets.has(secret.at("/key").asString()))
              .as(variable.toString())
              .isTrue();
          yield secrets.at("/" + secret.at("/key").asString()).asString();
        }
      };
      environment.put(variable.at("/name").asString(), value);
    }
    String host = host(command()).replace("*", "10-0-0-5");
    environment.put("HOLDFAST_NODE_HOST", host);
    environment.remove("POD_IP");
    return environment;
  }

  /** The name that the command gives a node, with a star for its address. */
  private static String host(String command) {
    return "*"
        + Pattern.compile("HOLDFAST_NODE_HOST=\"\\$\\(.*?\\)([a-z.-]+)\"")
            .matcher(command)
            .results()
            .map(found -> found.group(1))
            .findFirst()
            .orElseThrow();
  }

  private ServerConfig config(Map<String, String> flags) throws IOException {
    Path file =
        Files.writeString(folder.resolve("holdfast.conf"), conf.replace(FILES, folder.toString()));
    return new ConfigSources(file, environment(), flags).load();
  }

  @Test
  void aNodeTakesTheConfigurationAndListensWhereOthersLookForIt() throws IOException {
    ServerConfig config = config(Map.of());

    assertThat(config.http().missing()).isEmpty();
    assertThat(config.http().insecure() || config.node().insecure()).isFalse();
    JsonNode ports = container.at("/ports");
    assertThat(config.http().port())
        .isEqualTo(named(ports, "https").at("/containerPort").asInt());
    assertThat(config.node().port())
        .isEqualTo(named(ports, "nodes").at("/containerPort").asInt());
    JsonNode service = only("Service", "holdfast");
    int port = service.at("/spec/ports/0/port").asInt();
    assertThat(service.at("/spec/ports/0/targetPort").asString()).isEqualTo("https");
    assertThat(config.http().advertised())
        .isEqualTo("https://holdfast.default.svc.cluster.local:" + port);
    JsonNode nodes = only("Service", "holdfast-nodes").at("/spec");
    assertThat(nodes.at("/clusterIP").asString()).isEqualTo("None");
    assertThat(nodes.at("/publishNotReadyAddresses").asBoolean()).isTrue();
    assertThat(config.node().host()).isEqualTo("10-0-0-5.holdfast-nodes.default.svc.cluster.local");
    assertThat(pod.at("/securityContext/runAsUser").asInt()).isGreaterThan(0);
  }

  @Test
  void podsHaveNamesThatNodesMayHave() {
    String name = deployment.at("/metadata/name").asString();
    assertThat(name).matches("[a-z][a-z0-9-]*");
    assertThat(name.length() + OF_A_POD).isLessThanOrEqualTo(LONGEST_NODE_NAME);
  }

  @Test
  void theCommandIsOneThatTheImageHas() throws IOException {
    String image = Files.readString(ROOT.resolve("deploy/Dockerfile"));
    assertHas(image, command(), "-jar (/\\S+\\.jar)");
    assertHas(image, command(), "(-XX:MaxRAMPercentage=\\d+)");
    assertHas(image, command(), "(--enable-native-access=ALL-UNNAMED)");
    String user = pod.at("/securityContext/runAsUser").asString();
    assertThat(image).contains("USER " + user + ":" + pod.at("/securityContext/runAsGroup"));
    String arguments =
        command().substring(command().indexOf(".jar ") + ".jar ".length()).strip();
    Main.commands().parseArgs(arguments.split("\\s+", -1));
    assertThat(arguments).endsWith("/holdfast.conf");
  }

  private static void assertHas(String text, String from, String pattern) {
    assertThat(Pattern.compile(pattern).matcher(from).results().map(found -> found.group(1)))
        .isNotEmpty()
        .allMatch(text::contains);
  }

  @Test
  void eachFileThatIsNamedIsMountedAndNoneIsMountedInVain() {
    Map<String, Set<String>> mounted = new HashMap<>();
    for (JsonNode mount : each(container.at("/volumeMounts"))) {
      JsonNode volume = named(pod.at("/volumes"), mount.at("/name").asString());
      mounted.put(mount.at("/mountPath").asString(), files(volume));
    }
    Set<String> used = new TreeSet<>();
    String all = conf + command();
    for (MatchResult file : FILE.matcher(all).results().toList()) {
      String mount = FILES + "/" + file.group(1);
      assertThat(mounted).containsKey(mount);
      assertThat(mounted.get(mount)).as(mount).contains(file.group(2));
      used.add(mount);
    }
    used.add("/tmp");
    assertThat(mounted.keySet()).isEqualTo(used);
  }

  private Set<String> files(JsonNode volume) {
    if (volume.has("configMap")) {
      String name = volume.at("/configMap/name").asString();
      return Set.copyOf(only("ConfigMap", name).at("/data").propertyNames());
    }
    String secret = volume.at("/secret/secretName").asString("");
    if (secret.endsWith("-tls")) {
      return Set.of("tls.crt", "tls.key", "ca.crt");
    }
    return secret.isEmpty()
        ? Set.of()
        : Set.copyOf(only("Secret", secret).at("/stringData").propertyNames());
  }

  @Test
  void probesAreAnsweredWithoutATokenByAServerOfThatConfiguration()
      throws IOException, InterruptedException {
    TestAuthority authority = new TestAuthority("authority", Instant.now());
    for (String name : List.of("nodes-tls", "http-tls")) {
      Path files = Files.createDirectories(folder.resolve(name));
      TestAuthority.Issued issued = authority.issue(files, name, "127.0.0.1");
      Files.copy(issued.certificate(), files.resolve("tls.crt"));
      Files.copy(issued.key(), files.resolve("tls.key"));
      Files.copy(authority.certificate(files), files.resolve("ca.crt"));
    }
    Files.writeString(
        Files.createDirectories(folder.resolve("tokens")).resolve("tokens"), "# none");
    HttpClient kubelet = HttpClient.newBuilder()
        .sslContext(TlsFiles.trusting(folder.resolve("http-tls/ca.crt")))
        .build();
    ServerConfig config =
        config(Map.of("http.port", "0", "http.host", "127.0.0.1", "http.advertised", ""));
    try (HttpApi api = HttpApi.bind(config)) {
      for (String probe : List.of("readinessProbe", "livenessProbe")) {
        JsonNode get = container.at("/" + probe + "/httpGet");
        assertThat(get.at("/scheme").asString()).isEqualTo("HTTPS");
        assertThat(get.at("/port").asString()).isEqualTo("https");
        URI uri = URI.create(api.url() + get.at("/path").asString());
        int status = kubelet
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
            .statusCode();
        assertThat(status).as(probe).isEqualTo(probe.startsWith("liveness") ? 200 : 503);
      }
      URI closed = URI.create(api.url() + "/v1/nodes");
      assertThat(kubelet
              .send(HttpRequest.newBuilder(closed).build(), BodyHandlers.ofString())
              .statusCode())
          .isEqualTo(401);
    }
  }

  @Test
  void aPodHasTheTimeToLeaveAndNoPrivileges() {
    int sleep =
        Integer.parseInt(container.at("/lifecycle/preStop/exec/command/1").asString());
    assertThat(pod.at("/terminationGracePeriodSeconds").asInt())
        .isGreaterThan(sleep + LEAVING_SECONDS);
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/securityContext/seccompProfile/type").asString())
        .isEqualTo("RuntimeDefault");
    assertThat(pod.at("/automountServiceAccountToken").asBoolean(true)).isFalse();
    JsonNode limits = container.at("/securityContext");
    assertThat(limits.at("/allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(limits.at("/readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(limits.at("/capabilities/drop/0").asString()).isEqualTo("ALL");
    assertThat(container.at("/resources/limits/memory").asString()).isNotEmpty();
    assertThat(
            only("PodDisruptionBudget", "holdfast").at("/spec/maxUnavailable").asInt())
        .isEqualTo(1);
  }

  @Test
  void allMeanTheSamePodsAndOnlyNodesReachTheNodesPort() {
    JsonNode labels = deployment.at("/spec/template/metadata/labels");
    List<JsonNode> selectors = new ArrayList<>();
    for (JsonNode object : objects) {
      selectors.add(object.at("/spec/podSelector/matchLabels"));
      selectors.add(object.at("/spec/selector/matchLabels"));
      JsonNode selector = object.at("/spec/selector");
      selectors.add(selector.has("matchLabels") ? labels : selector);
    }
    assertThat(selectors.stream().filter(JsonNode::isObject).toList())
        .hasSizeGreaterThan(5)
        .allMatch(labels::equals);
    for (JsonNode rule : each(only("NetworkPolicy", "holdfast").at("/spec/ingress"))) {
      boolean anybody = !rule.has("from");
      assertThat(rule.at("/ports/0/port").asString()).isEqualTo(anybody ? "https" : "nodes");
      assertThat(anybody || rule.at("/from/0/podSelector/matchLabels").equals(labels))
          .isTrue();
    }
  }

  @Test
  void certificatesAreMadeForTheNamesThatAreUsed() throws IOException {
    ServerConfig config = config(Map.of());
    Map<String, String> names = new HashMap<>();
    for (JsonNode object : documents("cert-manager.yaml")) {
      if (object.at("/spec/dnsNames").isArray()) {
        names.put(
            object.at("/spec/secretName").asString(),
            object.at("/spec/dnsNames/0").asString());
        assertThat(object.at("/spec/privateKey/encoding").asString()).isEqualTo("PKCS8");
      }
    }
    Set<String> secrets = new TreeSet<>();
    for (JsonNode volume : each(pod.at("/volumes"))) {
      secrets.add(volume.at("/secret/secretName").asString(""));
    }
    assertThat(secrets).containsAll(names.keySet());
    assertThat(names)
        .containsEntry("holdfast-nodes-tls", host(command()))
        .containsEntry(
            "holdfast-http-tls", URI.create(config.http().advertised()).getHost());
  }
}
