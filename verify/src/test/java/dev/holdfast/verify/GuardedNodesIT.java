package dev.holdfast.verify;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.holdfast.verify.ConsoleBrowser.Eyes;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** Real nodes that ask for certificates and tokens: those who have them, and those who have not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class GuardedNodesIT {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir
  static Path folder;

  private Optional<GuardedNodes> started = Optional.empty();

  @BeforeAll
  void startNodes() throws IOException {
    started = Optional.of(GuardedNodes.start(folder));
  }

  @AfterAll
  void stopNodes() {
    started.ifPresent(GuardedNodes::close);
  }

  private GuardedNodes nodes() {
    return started.orElseThrow();
  }

  @Test
  @Order(1)
  void whatIsSetOnOneNodeIsReadOnTheOther() throws IOException {
    for (ServerProcess node : List.of(nodes().foo(), nodes().bar())) {
      String path = "/v1/entity/by-" + node.name();
      await().atMost(PATIENCE).until(() -> set(node, path) < 300);
      for (ServerProcess other : List.of(nodes().foo(), nodes().bar())) {
        HttpResponse<String> read = nodes().ask(other, HttpRequest.newBuilder(), path, "reader");
        assertThat(read.statusCode()).isEqualTo(200);
        assertThat(read.body()).contains("working");
      }
    }
    assertThat(nodes()
            .ask(nodes().bar(), HttpRequest.newBuilder(), "/v1/nodes", "")
            .statusCode())
        .isEqualTo(401);
  }

  /** Repeated as any client would, who must not care whether it was done the first time. */
  private int set(ServerProcess node, String path) throws IOException {
    HttpRequest.Builder put = HttpRequest.newBuilder()
        .header("Content-Type", "application/json")
        .header("Idempotency-Key", "by-" + node.name())
        .PUT(BodyPublishers.ofString("\"working\""));
    return nodes().ask(node, put, path, "writer").statusCode();
  }

  @Test
  @Order(2)
  void aWatchEndsAtOnceWithCtrlCAndLeavesTheTerminalAsItWas() throws IOException {
    Map<String, String> environment = Map.of(
        "HOLDFAST_TOKEN", GuardedNodes.token("reader"),
        "HOLDFAST_CA", folder.resolve("ca.pem").toString(),
        "HOLDFAST_CONNECT", GuardedNodes.url(nodes().foo()));
    String watch = ServerProcess.java() + " -jar " + ServerProcess.jar() + " watch by-foo";
    Optional<Typed> terminal = Typed.start(
        folder,
        environment,
        "trap : INT; echo before $(stty -g); " + watch + "; echo ended with $?;"
            + " echo after $(stty -g); echo over");
    assumeTrue(terminal.isPresent(), "not tested: there is no program that makes terminals here");
    try (Typed typed = terminal.orElseThrow()) {
      typed.awaitShown("working");
      long typedNanos = System.nanoTime();
      typed.type("\u0003");
      typed.awaitShown("over");
      long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - typedNanos);
      System.out.println("GuardedNodesIT: Ctrl-C took " + millis + " ms");
      assertThat(millis).isLessThan(10_000);
      assertThat(typed.screen()).doesNotContain("Exception").contains("ended with 130");
      assertThat(setting(typed.screen(), "after"))
          .isNotEmpty()
          .isEqualTo(setting(typed.screen(), "before"));
    }
  }

  /** How the terminal was set, in its own words. */
  private static String setting(String screen, String when) {
    return screen
        .lines()
        .filter(line -> line.startsWith(when))
        .map(line -> line.substring(when.length()).strip())
        .findFirst()
        .orElse("");
  }

  @Test
  @Order(3)
  void aNodeWithoutACertificateIsKeptOutAndSaysWhatToLookAt() throws IOException {
    ServerProcess baz = nodes().stranger();
    await()
        .atMost(PATIENCE)
        .until(() -> baz.log().contains("all nodes or none must have them (node.tls"));
    assertThat(baz.ready()).isFalse();
    String shards = nodes()
        .ask(nodes().foo(), HttpRequest.newBuilder(), "/v1/shards", "reader")
        .body();
    assertThat(shards)
        .containsPattern("\"name\":\"foo\"[^}]*\"joined\":true")
        .containsPattern("\"name\":\"bar\"[^}]*\"joined\":true")
        .doesNotContainPattern("\"name\":\"baz\"[^}]*\"joined\":true")
        .doesNotContain("\"owner\":\"baz\"");
    baz.kill();
  }

  @Test
  @Order(4)
  void theConsoleAsksForATokenAndDoesWhatItAllows() {
    Optional<Path> chromium = ConsoleBrowser.find();
    assumeTrue(chromium.isPresent(), "the console is not tested: there is no chromium here");
    try (ConsoleBrowser browser = ConsoleBrowser.start(chromium.orElseThrow())) {
      List<String> asked = new ArrayList<>();
      Page page = browser.open(GuardedNodes.url(nodes().foo()), "overview", Eyes.LIGHT, true);
      page.onRequest(request -> asked.add(request.url()));
      assertThat(dialog(page)).containsText("give an access token");
      enter(page, "holdfast_of-somebody-else");
      assertThat(dialog(page)).containsText("the access token is not known to this server");

      enter(page, GuardedNodes.token("reader"));
      assertThat(page.locator(".tile").first()).containsText("2");
      assertIsKeptByTheTabAlone(page, GuardedNodes.token("reader"));
      aReaderMayLookAndNoMore(page);

      page.getByText("Forget token").click();
      assertThat(dialog(page)).containsText("give an access token");
      assertThat(page.evaluate("() => sessionStorage.length")).isEqualTo(0);
      enter(page, GuardedNodes.token("keeper"));
      aKeeperMayDrain(page);
      assertThat(asked).isNotEmpty().noneMatch(GuardedNodesIT::hasToken);
      browser.assertQuietButFor(401, 403);
    }
    for (ServerProcess node : List.of(nodes().foo(), nodes().bar())) {
      assertThat(hasToken(node.log())).as("the log of %s", node.name()).isFalse();
    }
  }

  private static boolean hasToken(String text) {
    return GuardedNodes.TOKENS.values().stream().anyMatch(text::contains);
  }

  private static Locator dialog(Page page) {
    return page.locator("#token-dialog[open]");
  }

  private static void enter(Page page, String token) {
    page.locator("#token").fill(token);
    page.locator("#token-form button").click();
  }

  private static void assertIsKeptByTheTabAlone(Page page, String token) {
    assertThat(dialog(page)).hasCount(0);
    assertThat(page.content()).doesNotContain(token);
    assertThat(page.locator("#token")).hasValue("");
    assertThat(page.url()).doesNotContain(token);
    Object elsewhere = page.evaluate("() => JSON.stringify(localStorage) + document.cookie");
    assertThat(String.valueOf(elsewhere)).doesNotContain(token);
    assertThat(page.evaluate("() => Object.values(sessionStorage)")).isEqualTo(List.of(token));
  }

  private void aReaderMayLookAndNoMore(Page page) {
    page.navigate(GuardedNodes.url(nodes().foo()) + "/#entities/entity/by-bar");
    assertThat(page.locator(".value")).containsText("working");
    page.getByLabel("New value").fill("{\"state\":\"finalized\"}");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Set").setExact(true))
        .click();
    assertThat(page.locator(".problem")).containsText("lacks the scope write");
    assertThat(page.locator(".problem")).containsText("Nothing was changed.");
    assertThat(page.locator(".value")).containsText("working");

    drainBar(page);
    assertThat(page.getByRole(AriaRole.DIALOG)).containsText("lacks the scope admin");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Cancel"))
        .click();
    assertThat(page.locator(".node")).hasCount(2);
  }

  private void drainBar(Page page) {
    page.navigate(GuardedNodes.url(nodes().foo()) + "/#nodes");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Drain bar"))
        .click();
    page.getByRole(AriaRole.DIALOG)
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Drain bar"))
        .click();
  }

  private void aKeeperMayDrain(Page page) {
    drainBar(page);
    assertThat(page.locator(".node")).hasCount(1);
    assertThat(nodes().bar().awaitEnd()).isEqualTo(0);
  }
}
