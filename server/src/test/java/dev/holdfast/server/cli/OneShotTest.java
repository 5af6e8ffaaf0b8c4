package dev.holdfast.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.server.cli.Cli.Ran;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OneShotTest {
  private final FakeServer server = new FakeServer("foo");

  @AfterEach
  void closeTheServer() {
    server.close();
  }

  private FakeServer.Seen lastSeen() {
    return server.seen.get(server.seen.size() - 1);
  }

  @Test
  void anEntityIsPrintedWithItsRevisionAndOwner() {
    Ran ran = Cli.run(server, "get", "entity_1");
    assertThat(ran.out()).isEqualTo("{\"state\":\"initialized\"}  revision 0  owner bar\n");
    assertThat(ran.err()).isEmpty();
    assertThat(ran.code()).isZero();
  }

  @Test
  void anEntityInJsonHasAllThatIsKnownInOneLine() {
    Ran ran = Cli.run(server, "set", "entity_1", "working", "--json");
    assertThat(ran.out()).isEqualTo("""
        {"type":"entity","id":"entity_1","value":{"state":"working"},"revision":1,\
        "owner":"bar","servedBy":"foo","source":"owner"}
        """);
  }

  @Test
  void whereAddsTheClaim() {
    Ran ran = Cli.run(server, "where", "entity_1", "--json");
    assertThat(ran.out()).isEqualTo("""
        {"type":"entity","id":"entity_1","value":{"state":"initialized"},"revision":0,\
        "owner":"bar","servedBy":"foo","source":"owner","shard":17,"epoch":2,"token":3}
        """);
  }

  @Test
  void anEntityThatIsNotThereHasAPlaceToo() {
    Ran ran = Cli.run(server, "where", "entity_3", "--json");
    assertThat(ran.json().path("value").isNull()).isTrue();
    assertThat(ran.json().path("shard").asInt()).isEqualTo(17);
    assertThat(ran.code()).isZero();
  }

  @Test
  void aMissingEntityIsExitCode3() {
    Ran ran = Cli.run(server, "get", "entity_3");
    assertThat(ran.code()).isEqualTo(3);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).isEqualTo("error: no entity entity_3\n");
  }

  @Test
  void anEmptyIdIsRefusedWithoutAsking() {
    for (String command : List.of("get", "where", "delete", "history")) {
      Ran ran = Cli.run(server, command, "");
      assertThat(ran.code()).as(command).isEqualTo(1);
      assertThat(ran.out()).as(command).isEmpty();
      assertThat(ran.err()).as(command).isEqualTo("error: an id must not be empty\n");
    }
    assertThat(Cli.run(server, "set", "", "working").code()).isEqualTo(1);
    assertThat(server.seen).isEmpty();
  }

  @Test
  void anErrorInJsonIsOneLineOfData() {
    Ran ran = Cli.run(server, "get", "entity_3", "--json");
    assertThat(ran.out()).isEqualTo("""
        {"error":"not-found","message":"no entity entity_3","outcome":"not-done"}
        """);
    assertThat(ran.err()).isEmpty();
  }

  @Test
  void anUnknownTypeIsExitCode3() {
    assertThat(Cli.run(server, "get", "order/1").code()).isEqualTo(3);
  }

  @Test
  void anotherRevisionIsExitCode4() {
    Ran ran = Cli.run(server, "set", "entity_1", "working", "--if-revision", "7");
    assertThat(ran.code()).isEqualTo(4);
    assertThat(lastSeen().headers()).containsEntry("If-Match", "\"7\"");
  }

  @Test
  void aRefusedValueIsExitCode1() {
    assertThat(Cli.run(server, "set", "entity_1", "17").code()).isEqualTo(1);
  }

  @Test
  void anUnavailableServerIsExitCode5() {
    server.failing(503, "unavailable", "not-done");
    assertThat(Cli.run(server, "get", "entity_1").code()).isEqualTo(5);
  }

  @Test
  void nobodyAtTheUrlIsExitCode5AndSaysWhatToDo() {
    server.close();
    Ran ran = Cli.run(server, "get", "entity/entity_1");
    assertThat(ran.code()).isEqualTo(5);
    assertThat(ran.err())
        .startsWith("error: cannot reach a server at " + server.uri())
        .contains("--connect");
  }

  @Test
  void aChangeOfUnknownOutcomeIsAskedAboutUnderTheSameName() {
    server.failing(504, "outcome-unknown", "unknown");
    Ran ran = Cli.run(server, "set", "entity/entity_1", "working");
    assertThat(ran.code()).isZero();
    assertThat(server.seen).hasSize(2);
    assertThat(server.seen.get(0).headers().get("Idempotency-Key"))
        .isNotEmpty()
        .isEqualTo(server.seen.get(1).headers().get("Idempotency-Key"));
  }

  @Test
  void whatIsTooOldToTellIsNotAskedAboutAgain() {
    server.failing(409, "operation-too-old", "unknown");
    Ran ran = Cli.run(server, "set", "entity/entity_1", "working", "--operation", "op-1");
    assertThat(ran.code()).isEqualTo(1);
    assertThat(server.seen).hasSize(1);
    server.failing(504, "outcome-unknown", "unknown").failing(409, "operation-too-old", "unknown");
    Ran settled = Cli.run(server, "set", "entity/entity_1", "working", "--json");
    assertThat(settled.json().path("error").asString("")).isEqualTo("operation-too-old");
    assertThat(server.seen).hasSize(3);
  }

  @Test
  void aReadMayBeAskedForInAnotherWay() {
    Ran ran = Cli.run(server, "get", "entity_1", "--read", "any");
    assertThat(lastSeen().query()).isEqualTo("read=any");
    assertThat(ran.out()).contains("from the database");
    Cli.run(server, "get", "entity_1", "--read", "stale:500ms");
    assertThat(lastSeen().query()).isEqualTo("read=stale%3A500ms");
    Cli.run(server, "get", "entity_1");
    assertThat(lastSeen().query()).isNull();
  }

  @Test
  void anUnknownWayToReadIsExitCode2AndNamesTheKnownOnes() {
    for (String mode : List.of("newest", "stale:-1s", "stale:")) {
      Ran ran = Cli.run(server, "get", "entity_1", "--read", mode);
      assertThat(ran.code()).isEqualTo(2);
      assertThat(ran.err()).contains("--read is linearizable, confirmed, stale:TIME", mode);
    }
  }

  @Test
  void anOperationMayBeNamed() {
    Cli.run(server, "delete", "entity_1", "--operation", "op-1");
    assertThat(lastSeen().headers()).containsEntry("Idempotency-Key", "op-1");
  }

  @Test
  void onlyCreatingIsAskedForByAHeader() {
    Cli.run(server, "set", "entity_3", "working", "--if-absent");
    assertThat(lastSeen().headers()).containsEntry("If-None-Match", "*");
  }

  @Test
  void aPatchIsAMergePatch() {
    Ran ran = Cli.run(server, "patch", "entity_1", "{\"state\":\"working\"}");
    assertThat(ran.code()).isZero();
    assertThat(lastSeen().method()).isEqualTo("PATCH");
    assertThat(lastSeen().headers()).containsEntry("Content-Type", "application/merge-patch+json");
  }

  @Test
  void aDeletedEntityHasNoValue() {
    assertThat(Cli.run(server, "delete", "entity_1").out())
        .isEqualTo("deleted  revision 1  owner bar\n");
  }

  @Test
  void anyIdReachesTheServerUnchanged() {
    Cli.run(server, "set", "--type", "entity", "a/b c?ä%", "working");
    assertThat(lastSeen().path()).isEqualTo("/v1/entity/a%2Fb%20c%3F%C3%A4%25");
  }

  @Test
  void theOnlyTypeNeedNotBeNamed() {
    server.serving("order");
    Cli.run(server, "get", "1");
    assertThat(lastSeen().path()).isEqualTo("/v1/order/1");
  }

  @Test
  void amongSeveralTypesOneMustBeNamed() {
    server.serving("order", "customer");
    Ran ran = Cli.run(server, "get", "1");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--type").contains("order, customer");
  }

  @Test
  void aListTellsOfMoreOnStderr() {
    Ran ran = Cli.run(server, "list", "--limit", "1", "--json");
    assertThat(ran.lines()).hasSize(1);
    assertThat(ran.lines().get(0).path("servedBy").asString("")).isEqualTo("foo");
    assertThat(ran.lines().get(0).path("owner").asString("")).isEqualTo("bar");
    assertThat(ran.err()).contains("--after entity_1");
  }

  @Test
  void aWholeListIsReadPageByPage() {
    for (int i = 0; i < 1_200; i++) {
      server.holding("many_" + i);
    }
    assertThat(Cli.run(server, "list", "--all", "--json").lines()).hasSize(1_202);
  }

  @Test
  void nodesArePrintedOneALine() {
    Ran ran = Cli.run(server, "nodes");
    assertThat(ran.out()).contains("foo*").contains("up").contains(server.uri().toString());
    assertThat(Cli.run(server, "nodes", "--json").lines()).hasSize(1);
  }

  @Test
  void theVersionNeedsNoServer() {
    server.close();
    assertThat(Cli.run(server, "version", "--json").json().path("holdfast").asString(""))
        .isNotEmpty();
  }

  @Test
  void aWrongOptionIsExitCode2AndNamesTheNearest() {
    Ran ran = Cli.run(server, "set", "entity_1", "working", "--if-revison", "1");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("--if-revision").hasLineCount(1);
  }

  @Test
  void aMissingArgumentIsExitCode2() {
    Ran ran = Cli.run(server, "get");
    assertThat(ran.code()).isEqualTo(2);
    assertThat(ran.err()).contains("ID").contains("get --help").hasLineCount(1);
  }

  @Test
  void aUrlThatIsNoneIsExitCode2() {
    assertThat(Cli.run(server, "get", "x", "--connect", "ftp://host").code()).isEqualTo(2);
  }

  @Test
  void whatIsNoHoldfastServerIsCalledThat() throws Exception {
    var other = com.sun.net.httpserver.HttpServer.create(
        new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext("/", exchange -> {
      exchange.sendResponseHeaders(200, 5);
      exchange.getResponseBody().write("<html".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      exchange.close();
    });
    other.start();
    String url = "http://127.0.0.1:" + other.getAddress().getPort();
    Ran ran = Cli.run(Map.of(), "get", "entity_1", "--connect", url);
    other.stop(0);
    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).contains("no Holdfast server");
  }
}
