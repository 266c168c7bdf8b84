package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.Audience.Registered;
import dev.reveille.model.Bytes;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.PushService;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.TargetKey;
import dev.reveille.routing.port.Audiences.Numbered;
import dev.reveille.routing.port.Rendered;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Whom sends of a hub find, page by page and one by one, and what they are told.
final class HubAudiencesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final String PATH = "/news/installations/";

  private final HubUnderTest hub = new HubUnderTest();
  private final HubAudiences audiences = new HubAudiences(hub.store.hubs(), hub.store.registry());

  @AfterEach
  void stop() {
    hub.close();
  }

  private static String token(final int number) {
    return "%02x".formatted(number).repeat(32);
  }

  /// @param templates the JSON of them
  private void installed(final int number, final String templates) {
    final var put =
        hub.call(
            "PUT",
            PATH + number,
            "{\"platform\":\"apns\",\"pushChannel\":\"%s\",\"templates\":{%s}}"
                .formatted(token(number), templates));
    assertEquals(200, put.statusCode(), put.body());
  }

  private static String template(final String name, final String alert) {
    return "\"%s\":{\"body\":\"{\\\"aps\\\":{\\\"alert\\\":\\\"%s\\\"}}\"}".formatted(name, alert);
  }

  private Registered all(final String which) {
    return new Registered(hub.hub.key(), which, hub.store.hubs().lastNumber());
  }

  private static Send send(final Registered to, final SendContent what) {
    return send(to, what, "1");
  }

  private static Send send(final Registered to, final SendContent what, final String id) {
    final var life = new Life(NOW.plusSeconds(3_600), NOW.plusSeconds(3_600));
    return new Send(
        new EventKey(HubUnderTest.ACME, "reveille:hub:news", id), life, Lane.BULK, NOW, to, what);
  }

  private static SendContent properties() {
    return new SendContent.Template(Map.of("text", "Hello"));
  }

  private static String body(final Optional<Rendered> own) {
    final var push = assertInstanceOf(Rendered.Push.class, own.orElseThrow());
    return new String(push.content().body().toArray(), StandardCharsets.UTF_8);
  }

  @Test
  void pages_hold_what_each_template_makes_of_the_send_once_for_those_that_are_alike() {
    for (int i = 1; i <= 7; i++) {
      installed(i, i == 4 ? "" : template("t", i == 5 ? "{'!' + $(text)}" : "$(text)"));
    }
    final var to = all("template");
    final var send = send(to, properties());
    final var found = new ArrayList<Numbered>();
    long after = 0;
    boolean last = false;
    while (!last) {
      final var page = audiences.page(to, send, after, 4);
      assertTrue(page.targets().size() <= 4);
      found.addAll(page.targets());
      after = found.getLast().number();
      last = page.last();
    }
    assertEquals(
        List.of(1, 2, 3, 5, 6, 7).stream().map(HubAudiencesTest::token).toList(),
        found.stream().map(HubAudiencesTest::handle).toList());
    assertEquals("{\"aps\":{\"alert\":\"Hello\"}}", body(found.getFirst().own()));
    assertEquals("{\"aps\":{\"alert\":\"!Hello\"}}", body(found.get(3).own()));
    assertSame(found.get(0).own().orElseThrow(), found.get(2).own().orElseThrow());
    assertEquals(6, audiences.page(to, 0, 10).targets().size());
  }

  private static String handle(final Numbered one) {
    return ((dev.reveille.model.PushAddress.Direct) one.to().address()).token().value();
  }

  @Test
  void a_target_is_found_with_the_template_that_it_has_now() {
    installed(1, template("t", "$(text)"));
    final var to = all("template");
    final var send = send(to, properties());
    final var key = audiences.page(to, send, 0, 10).targets().getFirst().to().key();
    installed(1, template("t", "{$(text) + '!'}"));
    assertEquals(
        "{\"aps\":{\"alert\":\"Hello!\"}}",
        body(audiences.find(to, send, key).orElseThrow().own()));
    installed(1, template("other", "$(text)"));
    assertEquals(Optional.empty(), audiences.find(to, send, key));
  }

  @Test
  void equal_templates_of_rows_that_come_back_one_by_one_are_rendered_once() {
    for (int i = 1; i <= 4; i++) {
      installed(i, template("t", i == 3 ? "{$(text) + '!'}" : "$(text)"));
    }
    final var to = all("template");
    final var send = send(to, properties());
    final var made = new ArrayList<Rendered>();
    for (final var one : audiences.page(to, send, 0, 10).targets()) {
      made.add(audiences.find(to, send, one.to().key()).orElseThrow().own().orElseThrow());
    }
    assertSame(made.get(0), made.get(1));
    assertSame(made.get(0), made.get(3), "also with another one in between");
    assertEquals("{\"aps\":{\"alert\":\"Hello!\"}}", body(Optional.of(made.get(2))));
    final var other = send(to, new SendContent.Template(Map.of("text", "Bye")), "2");
    final var key = audiences.page(to, other, 0, 10).targets().getFirst().to().key();
    assertEquals(
        "{\"aps\":{\"alert\":\"Bye\"}}", body(audiences.find(to, other, key).orElseThrow().own()));
  }

  @Test
  void what_is_remembered_of_templates_is_forgotten_with_the_apps_bundle_id() {
    installed(1, template("t", "$(text)"));
    final var to = all("template");
    final var send = send(to, properties());
    final var key = audiences.page(to, send, 0, 10).targets().getFirst().to().key();
    assertFalse(rings(audiences.find(to, send, key).orElseThrow().own()));
    final var app = hub.store.registry().app(hub.hub.app()).orElseThrow();
    hub.store
        .registry()
        .keepApp(new App(app.id(), app.publisher(), app.name(), "org.example.voip", ""), "test");
    assertTrue(rings(audiences.find(to, send, key).orElseThrow().own()));
  }

  private static boolean rings(final Optional<Rendered> own) {
    return assertInstanceOf(Rendered.Push.class, own.orElseThrow()).rings();
  }

  @Test
  void a_registration_that_takes_native_content_now_is_no_target_of_templates_and_the_reverse() {
    final var entry =
        "<entry xmlns=\"http://www.w3.org/2005/Atom\"><content type=\"application/xml\">"
            + "<Apple%sRegistrationDescription"
            + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\">"
            + "<DeviceToken>%s</DeviceToken>%s</Apple%1$sRegistrationDescription></content></entry>";
    final var withTemplate =
        entry.formatted("Template", token(1), "<BodyTemplate>{\"aps\":{}}</BodyTemplate>");
    final var plain = entry.formatted("", token(1), "");
    final var path = "/news/registrations/1-1-1";
    assertEquals(200, hub.call("PUT", path, withTemplate).statusCode());
    final var key =
        TargetKey.ofRegistration(HubUnderTest.ACME, hub.hub.key(), PushService.APNS, "r/1-1-1");
    final var own = new SendContent.Native(PushService.APNS, Map.of(), Bytes.of("{}"));
    final var templates = all("template");
    final var apple = all("apple");
    assertTrue(audiences.find(templates, send(templates, properties()), key).isPresent());
    assertEquals(Optional.empty(), audiences.find(apple, send(apple, own), key));
    assertEquals(200, hub.call("PUT", path, plain).statusCode());
    assertEquals(Optional.empty(), audiences.find(templates, send(templates, properties()), key));
    final var found = audiences.find(apple, send(apple, own), key).orElseThrow();
    assertEquals(Optional.empty(), found.own());
    assertEquals(found.to(), audiences.find(apple, key).orElseThrow());
  }
}
