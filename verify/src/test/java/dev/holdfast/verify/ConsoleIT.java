package dev.holdfast.verify;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import dev.holdfast.verify.ConsoleBrowser.Eyes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** The consoles of two real nodes, in a real browser. Skipped where there is no chromium. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ConsoleIT {
  private static final List<String> VIEWS =
      List.of("overview", "map", "entities/entity/entity_1", "nodes", "events");

  @TempDir
  static Path folder;

  private ConsoleNodes nodes = ConsoleNodes.none();
  private Optional<ConsoleBrowser> started = Optional.empty();

  @BeforeAll
  void startNodesAndBrowser() {
    Optional<Path> chromium = ConsoleBrowser.find();
    assumeTrue(
        chromium.isPresent(),
        "the console is not tested: there is no chromium here; apt-get install chromium, or set "
            + ConsoleBrowser.VARIABLE);
    nodes = ConsoleNodes.start(folder);
    started = Optional.of(ConsoleBrowser.start(chromium.orElseThrow()));
  }

  @AfterEach
  void closeWindows() {
    started.ifPresent(ConsoleBrowser::closeWindows);
  }

  @AfterAll
  void stopNodesAndBrowser() {
    started.ifPresent(ConsoleBrowser::close);
    nodes.close();
  }

  private ConsoleBrowser browser() {
    return started.orElseThrow();
  }

  private Page open(ServerProcess node, String hash) {
    return browser().open(node, hash, Eyes.LIGHT, false);
  }

  private static LocatorAssertions.ContainsTextOptions within(int millis) {
    return new LocatorAssertions.ContainsTextOptions().setTimeout(millis);
  }

  private static void set(Page page, String json) {
    page.getByLabel("New value").fill(json);
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Set").setExact(true))
        .click();
  }

  @Test
  void theOverviewTellsOfBothNodesAndThePageIsWholeWithoutAnybodyElse() {
    Page page = open(nodes.foo(), "overview");
    assertThat(page.locator(".tile").first()).containsText("2");
    assertThat(page.locator("#link-text")).hasText("node foo");
    assertThat(page.locator(".legend")).containsText("bar");
    assertThat(page.locator(".band")).hasCount(2);
    for (String view : VIEWS) {
      page.navigate("http://127.0.0.1:" + nodes.foo().port() + "/#" + view);
      assertThat(page.locator("main h1").first()).isAttached();
    }
    browser().assertQuiet();
  }

  @Test
  void whatIsReadShowsItsRevisionItsOwnerAndWhoAnswered() {
    Page page = open(nodes.bar(), "entities/entity/entity_1");
    assertThat(page.locator(".value")).containsText("\"state\"");
    Locator facts = page.locator(".detail .facts");
    assertThat(facts).containsText("Owner" + nodes.bar().get("entity_1").owner());
    assertThat(facts).containsText("Answered bybar");
    page.getByLabel("Read", new Page.GetByLabelOptions().setExact(true)).selectOption("any");
    assertThat(facts).containsText("Took");
    page.getByLabel("Find").fill("entity_");
    assertThat(page.locator(".ids li")).hasCount(2);
    page.getByLabel("Find").fill("nobody-is-called-this");
    assertThat(page.getByText("No id begins with")).isVisible();
    browser().assertQuiet();
  }

  @Test
  void whatIsSetOnFoosConsoleShowsOnBars() {
    Page foo = open(nodes.foo(), "entities/entity/entity_2");
    Page bar = open(nodes.bar(), "entities/entity/entity_2");
    assertThat(bar.locator(".value")).containsText("initialized");
    set(foo, "{\"state\":\"working\"}");
    assertThat(foo.locator(".done")).containsText("Done");
    long began = System.nanoTime();
    assertThat(bar.locator(".value")).containsText("working", within(5_000));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    System.out.println("ConsoleIT: seen on the other console after " + millis + " ms");
    assertThat(bar.locator(".ids")).containsText("working");
    browser().assertQuiet();
  }

  @Test
  void aRefusalIsShownInWordsAndChangesNothing() {
    Page page = open(nodes.foo(), "entities/entity/entity_1");
    assertThat(page.locator(".value")).containsText("initialized");
    set(page, "{\"state\":\"broken\"}");
    Locator problem = page.locator(".problem");
    assertThat(problem).containsText("The type does not allow this value");
    assertThat(problem).containsText("initialized, working, finalized");
    assertThat(problem).containsText("Nothing was changed.");
    assertThat(page.locator(".value")).containsText("initialized");
    browser().assertQuietButFor(422);
  }

  @Test
  void aChangeOfWhatHasChangedMeanwhileIsRefused() {
    nodes.foo().set("guarded", "initialized");
    Page page = open(nodes.foo(), "entities/entity/guarded");
    assertThat(page.locator(".check")).containsText("revision 0");
    page.route("**/v1/entity/guarded?*", route -> route.abort());
    nodes.bar().set("guarded", "finalized");
    set(page, "{\"state\":\"working\"}");
    assertThat(page.locator(".detail .problem").last()).containsText("revision 1");
    assertThat(nodes.foo().get("guarded").state()).isEqualTo("finalized");
  }

  @Test
  void anIdThatLooksLikeMarkupIsShownAsItIs() {
    String id = "<img/src=x/onerror=alert(1)>";
    nodes.foo().set(id, "working");
    Page page = open(nodes.foo(), "entities");
    assertThat(page.locator(".ids")).containsText(id);
    page.getByText(id).first().click();
    assertThat(page.locator("h2.id")).hasText(id);
    assertThat(page.locator("main img")).hasCount(0);
    browser().assertQuiet();
  }

  @Test
  void allCanBeDoneByKeyboardAlone() {
    Page page = open(nodes.foo(), "overview");
    assertThat(page.locator("#link-text")).hasText("node foo");
    tabTo(page, "Entities");
    page.keyboard().press("Enter");
    tabTo(page, "prefix");
    page.keyboard().type("by-keyboard");
    page.keyboard().press("Enter");
    assertThat(page.locator(".value")).hasText("does not exist");
    tabTo(page, "finalized");
    page.keyboard().press("Enter");
    tabTo(page, "Create");
    page.keyboard().press("Enter");
    assertThat(page.locator(".done")).containsText("revision 0");
    assertThat(nodes.bar().get("by-keyboard").state()).isEqualTo("finalized");
    page.navigate("http://127.0.0.1:" + nodes.foo().port() + "/#map/5");
    Locator chosen = page.locator(".cell[aria-pressed=true]");
    assertThat(chosen).hasAttribute("data-key", "5");
    chosen.focus();
    page.keyboard().press("ArrowRight");
    assertThat(page.locator(".cell[aria-pressed=true]:focus")).hasCount(1);
    assertThat(page.locator(".cell[data-key='5'][aria-pressed=true]")).hasCount(0);
    browser().assertQuietButFor(404);
  }

  /** Presses Tab until what has that text or id has the focus, and shows it. */
  private static void tabTo(Page page, String wanted) {
    for (int presses = 0; presses < 60; presses++) {
      page.keyboard().press("Tab");
      Object focused = page.evaluate("() => { const on = document.activeElement;"
          + " return on.id || on.textContent.trim(); }");
      if (wanted.equals(focused)) {
        Object outline =
            page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle");
        assertThat(outline).as("the outline of %s", wanted).isEqualTo("solid");
        return;
      }
    }
    throw new AssertionError("the Tab key does not lead to " + wanted);
  }

  @Test
  void darkAndLightFollowTheSystemUnlessTheSwitchSaysOtherwise() {
    Page dark = browser().open(nodes.foo(), "overview", Eyes.DARK, true);
    Page light = open(nodes.foo(), "overview");
    assertThat(ground(dark)).isLessThan(80);
    assertThat(ground(light)).isGreaterThan(200);
    dark.locator("#theme").click();
    assertThat(dark.locator("#theme")).hasText("Theme: light");
    assertThat(ground(dark)).isGreaterThan(200);
    dark.reload();
    assertThat(dark.locator("#theme")).hasText("Theme: light");
    assertThat(ground(dark)).isGreaterThan(200);
    browser().assertQuiet();
  }

  /** How bright the ground is, 0 to 255. */
  private static int ground(Page page) {
    return ((Number) page.evaluate(
            "() => Number(getComputedStyle(document.body)" + ".backgroundColor.match(/\\d+/)[0])"))
        .intValue();
  }

  @Test
  void nothingSticksOutOfANarrowScreen() {
    Page page = browser().open(nodes.foo(), "overview", Eyes.NARROW, true);
    for (String view : VIEWS) {
      page.navigate("http://127.0.0.1:" + nodes.foo().port() + "/#" + view);
      assertThat(page.locator(".view-" + view.replaceFirst("/.*", "") + " h1").first())
          .isAttached();
      assertThat(page.locator("#link-text")).hasText("node foo");
      Object width = page.evaluate("() => document.documentElement.scrollWidth");
      assertThat(((Number) width).intValue()).as("width of %s", view).isLessThanOrEqualTo(400);
    }
    browser().assertQuiet();
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void aDrainIsToldFromOneConsoleAndSeenOnTheMapOfTheOther() {
    Page map = open(nodes.foo(), "map");
    Page gone = open(nodes.bar(), "overview");
    Page told = open(nodes.foo(), "nodes");
    Locator bars = map.getByRole(AriaRole.GROUP, named("Shards of bar")).locator(".cell");
    assertThat(bars.first()).isVisible();
    told.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Drain bar"))
        .click();
    Locator dialog = told.getByRole(AriaRole.DIALOG);
    assertThat(dialog).containsText("Drain bar?");
    dialog
        .getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Drain bar"))
        .click();
    assertThat(map.locator(".cell.flying").first()).isAttached();
    assertThat(map.getByRole(AriaRole.GROUP, named("Shards of bar"))).hasCount(0);
    assertThat(bars).hasCount(0);
    assertThat(told.locator(".node")).hasCount(1);
    assertThat(gone.locator("#banner")).containsText("bar does not answer");
    told.navigate("http://127.0.0.1:" + nodes.foo().port() + "/#events");
    assertThat(told.locator(".events")).containsText("bar hands its shards over");
    assertThat(told.locator(".events")).containsText("from bar to foo");
    assertThat(told.locator(".events")).containsText("bar has left");
    browser().assertQuietButForSilence();
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name);
  }
}
