package dev.reveille.protocols.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.AppId;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.OrganisationId;
import dev.reveille.model.Platform;
import dev.reveille.model.Preferences;
import dev.reveille.model.Setting;
import dev.reveille.model.User;
import dev.reveille.model.UserId;
import dev.reveille.protocols.device.Eventually;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.rest.ApiUnderTest.Caller;
import dev.reveille.routing.port.SecretStore.Right;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// Lists that an organisation may fill: a page ends by bytes, and the pages together are the list.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeListsTest {

  /// What an answer has beside its list: a trail has the event, which names its recipients.
  private static final int BESIDE_THE_LIST = 160 * 1024;

  private static final AppId APP = new AppId("com.example.phone");

  private final ApiUnderTest api = new ApiUnderTest();
  private final Caller caller = api.caller();

  @BeforeAll
  void app() {
    caller.put("/v1/apps/" + APP, "{}");
  }

  @AfterAll
  void close() {
    api.close();
  }

  /// What the pages show, each within its bounds.
  private List<String> pages(final String path, final String list, final String field) {
    final var all = new ArrayList<String>();
    int pages = 0;
    String after = "";
    do {
      final var page =
          caller.get(
              path
                  + (after.isEmpty()
                      ? ""
                      : "?after=" + URLEncoder.encode(after, StandardCharsets.UTF_8)));
      assertEquals(200, page.status(), () -> page.whole().body());
      final int length = page.whole().body().length();
      assertTrue(
          length <= JsonParsers.LARGEST_PAGE + BESIDE_THE_LIST, () -> path + " has " + length);
      page.body().path(list).forEach(one -> all.add(one.path(field).asText()));
      after = page.text("/next");
      pages++;
    } while (!after.isEmpty());
    assertTrue(pages > 1, "all of it fits on one page");
    assertEquals(all.size(), new HashSet<>(all).size(), "each comes once");
    return all;
  }

  /// Users with the longest names, in letters of three bytes: their entries fill more than a page.
  @Test
  void an_audit_log_of_long_names_comes_in_pages_that_end_by_bytes() {
    final int users = 2 * JsonParsers.LARGEST_PAGE / (3 * 256);
    final var audited = new OrganisationId("audited");
    final var other = api.caller(audited, Right.values());
    for (int i = 0; i < users; i++) {
      final var name = "%04d".formatted(i) + "\u20ac".repeat(252);
      api.store()
          .registry()
          .keepUser(
              new User(new UserId(audited, name), "", List.of(), Preferences.DEFAULT), "test");
    }

    final var all = new ArrayList<String>();
    var page = other.get("/v1/audit?limit=1000");
    int pages = 1;
    for (; !page.text("/next").isEmpty(); pages++) {
      assertTrue(
          page.whole().body().getBytes(StandardCharsets.UTF_8).length
              <= JsonParsers.LARGEST_PAGE + BESIDE_THE_LIST);
      all.addAll(page.body().findValuesAsText("what"));
      page = other.get("/v1/audit?limit=1000&after=" + page.text("/next"));
    }
    all.addAll(page.body().findValuesAsText("what"));

    assertTrue(pages > 2, "it came in " + pages + " pages");
    assertEquals(
        IntStream.range(0, users).mapToObj("keep user %04d"::formatted).toList().reversed(),
        all.stream()
            .filter(what -> what.startsWith("keep user "))
            .map(what -> what.substring(0, "keep user 0000".length()))
            .toList());
  }

  @Test
  void keys() {
    for (int i = 0; i < 900; i++) {
      ApiKeys.make(
          api.store().secrets(),
          ApiUnderTest.ACME,
          EnumSet.of(Right.SEND),
          "\"".repeat(250),
          Instant.now(),
          "test");
    }
    assertEquals(901, pages("/v1/keys", "keys", "id").size());
  }

  @Test
  void settings() {
    final var sites = new ArrayList<String>();
    for (int i = 0; i < 1_200; i++) {
      sites.add("site:" + "\"".repeat(190) + (10_000 + i));
    }
    for (final var site : sites) {
      api.store()
          .settings()
          .put(
              ApiUnderTest.ACME,
              Setting.PUSH_NOTIFICATION,
              site,
              Map.of("apple", List.of("true")),
              -1,
              "test");
    }
    sites.addFirst(Setting.GLOBAL);
    assertEquals(sites, pages("/v1/settings/push-notification", "settings", "identity"));
  }

  @Test
  void apps() {
    for (int i = 0; i < 600; i++) {
      final var app =
          new App(new AppId("app-" + i), ApiUnderTest.ACME, "\"".repeat(250), "\"".repeat(250), "");
      api.store().registry().keepApp(app, "test");
    }
    assertEquals(601, pages("/v1/apps", "apps", "id").size());
  }

  @Test
  void trail() {
    final var names =
        IntStream.range(0, 1_000).mapToObj(i -> "user-" + i + "x".repeat(90)).toList();
    for (final var name : names) {
      final var user = new UserId(ApiUnderTest.ACME, name);
      api.store().registry().keepUser(new User(user, "", List.of(), Preferences.DEFAULT), "test");
      final var now = Instant.now();
      api.store()
          .registry()
          .keepInstallation(
              new Installation(
                  new InstallationId("phone-of-" + name),
                  ApiUnderTest.ACME,
                  APP,
                  Platform.IOS,
                  18,
                  "",
                  List.of(user),
                  List.of(),
                  Map.of(),
                  now,
                  now),
              "test");
    }
    final var to = names.stream().collect(Collectors.joining("\",\"", "[\"", "\"]"));
    final var kept =
        caller.event(
            "{\"id\":\"1\",\"source\":\"chat\",\"class\":\"message\",\"conversation\":\"all\","
                + "\"content\":{\"title\":\"Bob\",\"text\":\"x\"},\"to\":"
                + to
                + "}");
    assertEquals(202, kept.status(), () -> kept.whole().body());
    final var path = "/v1/events/" + kept.text("/event") + "/trail";
    Eventually.holds(() -> caller.get(path).body().path("settled").asBoolean(), "it is settled");
    assertEquals(1_000, pages(path, "devices", "installation").size());
  }
}
