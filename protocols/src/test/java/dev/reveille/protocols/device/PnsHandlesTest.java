package dev.reveille.protocols.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.App;
import dev.reveille.model.Installation;
import dev.reveille.model.InstallationId;
import dev.reveille.model.PushAddress;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.UserId;
import dev.reveille.routing.port.PushContent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Handles that are registered to be reached through a linked hub: `pnsHandle` and `expiresIn`.
class PnsHandlesTest {
  private static final String APPLE = AppleToken.of("phone");
  private static final String GOOGLE = "f".repeat(40);
  private static final String HANDLE = "\"pnsHandle\":\"" + APPLE + "\"";
  private static final String OWN =
      "\"tokens\":[{\"service\":\"apns\",\"channel\":\"message\",\"token\":\""
          + AppleToken.of("own")
          + "\"}]";

  @AutoClose private final DeviceServer server = new DeviceServer();

  private PhoneRequests.Answer register(final UserId user, final String fields) {
    return PhoneRequests.send(
        server.address(),
        "POST",
        "/installations",
        "{\"app\":\""
            + DeviceServer.APP
            + "\",\"code\":\""
            + server.code(user)
            + "\""
            + fields
            + "}");
  }

  private static String handle(final String platform, final String handle, final String more) {
    return ",\"platform\":\"" + platform + "\",\"pnsHandle\":\"" + handle + "\"" + more;
  }

  private List<PushAddress> addresses(final String installation) {
    return server
        .store
        .registry()
        .installation(new InstallationId(installation))
        .orElseThrow()
        .addresses();
  }

  private PushAddress.Direct registered(final String fields) {
    final var answer = register(server.user("anna"), fields);
    assertEquals(201, answer.status(), answer::body);
    final var all = addresses(answer.json().path("installation").asText());
    assertEquals(1, all.size());
    return switch (all.getFirst()) {
      case PushAddress.Direct direct -> direct;
    };
  }

  private static Duration life(final PushAddress.Direct address) {
    return Duration.between(Instant.now(), address.until().orElseThrow());
  }

  private static void assertAbout(final Duration expected, final Duration actual) {
    assertTrue(expected.minus(actual).abs().compareTo(Duration.ofMinutes(1)) < 0, actual::toString);
  }

  @Test
  void A4_42_a_handle_is_registered_for_a_day_when_nothing_is_said() {
    final var address = registered(handle("ios", APPLE, ""));
    assertEquals(PushService.HUB, address.service());
    assertEquals(PushService.APPLE, address.scope());
    assertEquals(PushChannel.VOIP, address.channel());
    assertEquals(APPLE, address.token().value());
    assertAbout(Duration.ofHours(24), life(address));
  }

  @Test
  void an_android_s_handle_is_google_s_and_carries_all() {
    final var address = registered(handle("android", GOOGLE, ",\"expiresIn\":\"P180D\""));
    assertEquals(PushService.GOOGLE, address.scope());
    assertEquals(PushChannel.SINGLE, address.channel());
    assertAbout(Duration.ofDays(180), life(address));
  }

  @Test
  void its_app_is_told_to_be_bound() throws InterruptedException {
    registered(handle("android", GOOGLE, ""));
    assertEquals(List.of(DeviceServer.APP), server.bound.stream().map(App::id).toList());
    register(server.user("bob"), ",\"platform\":\"android\"");
    assertEquals(1, server.bound.size());
  }

  @ParameterizedTest
  @CsvSource({"PT4M59S", "P181D", "24", "-PT5M"})
  void a_life_outside_five_minutes_to_180_days_is_refused(final String life) {
    final var user = server.user("anna");
    final var answer = register(user, handle("android", GOOGLE, ",\"expiresIn\":\"" + life + "\""));
    assertEquals(400, answer.status());
    assertEquals("RV-101", answer.code());
    assertTrue(answer.body().contains("expiresIn"), answer::body);
  }

  @ParameterizedTest
  @CsvSource({"windows", "windows-phone", "browser", "other"})
  void A4_24_other_platforms_have_no_handle(final String platform) {
    final var answer = register(server.user("anna"), handle(platform, GOOGLE, ""));
    assertEquals(400, answer.status());
    assertTrue(answer.body().contains("ios and android"), answer::body);
  }

  @Test
  void a_handle_that_is_none_of_its_platform_is_refused() {
    assertEquals(400, register(server.user("anna"), handle("ios", "none", "")).status());
    assertEquals(400, register(server.user("bob"), handle("android", "null", "")).status());
    final var life = register(server.user("eve"), ",\"platform\":\"ios\",\"expiresIn\":\"PT5M\"");
    assertEquals(400, life.status());
    final var word =
        register(
            server.user("dan"),
            ",\"platform\":\"android\",\"tokens\":[{\"service\":\"hub\",\"channel\":\"single\","
                + "\"token\":\""
                + GOOGLE
                + "\"}]");
    assertEquals(400, word.status());
  }

  @Test
  void it_is_renewed_and_taken_back_by_its_own_device() {
    final var phone =
        PhoneRequests.register(
            server,
            server.code(server.user("anna")),
            ",\"pnsHandle\":\"" + APPLE + "\",\"expiresIn\":\"PT5M\"");
    final var before = (PushAddress.Direct) addresses(phone.installation()).getFirst();
    assertEquals(
        204,
        phone
            .send("PUT", "/tokens", "{\"pnsHandle\":\"" + APPLE + "\",\"expiresIn\":\"P30D\"}")
            .status());
    final var after = (PushAddress.Direct) addresses(phone.installation()).getFirst();
    assertTrue(after.until().orElseThrow().isAfter(before.until().orElseThrow()));
    assertEquals(204, phone.send("PUT", "/tokens", "{\"pnsHandle\":null}").status());
    assertEquals(List.of(), addresses(phone.installation()));
  }

  private List<PushService> services(final PhoneRequests.Device phone) {
    return addresses(phone.installation()).stream().map(PushAddress::service).toList();
  }

  @Test
  void a_request_changes_what_it_names_the_own_tokens_or_the_handle() {
    final var phone = PhoneRequests.register(server, server.code(server.user("anna")));
    assertEquals(204, phone.send("PUT", "/tokens", "{" + OWN + "}").status());
    assertEquals(204, phone.send("PUT", "/tokens", "{" + HANDLE + "}").status());
    assertEquals(List.of(PushService.APNS, PushService.HUB), services(phone), "the handle renewed");
    assertEquals(204, phone.send("PUT", "/tokens", "{" + OWN + "}").status());
    assertEquals(Set.of(PushService.APNS, PushService.HUB), Set.copyOf(services(phone)));
    assertEquals(2, services(phone).size(), "the tokens of a start of the app");
    assertEquals(204, phone.send("PUT", "/tokens", "{\"tokens\":[]}").status());
    assertEquals(List.of(PushService.HUB), services(phone));
    assertEquals(204, phone.send("PUT", "/tokens", "{" + OWN + "," + HANDLE + "}").status());
    assertEquals(204, phone.send("PUT", "/tokens", "{\"pnsHandle\":null}").status());
    assertEquals(List.of(PushService.APNS), services(phone));
    assertEquals(400, phone.send("PUT", "/tokens", "{}").status());
    assertEquals(
        400, phone.send("PUT", "/tokens", "{\"pnsHandle\":null,\"expiresIn\":\"PT5M\"}").status());
  }

  // ---- who holds one --------------------------------------------------------------------------

  @Test
  void a_handle_is_taken_by_no_other_device_as_its_own_token() {
    final var phone = PhoneRequests.register(server, server.code(server.user("anna")));
    assertEquals(204, phone.send("PUT", "/tokens", "{" + HANDLE + "}").status());
    final var own = OWN.replace(AppleToken.of("own"), APPLE);
    final var other = register(server.user("ben"), ",\"platform\":\"ios\"," + own);
    assertEquals(409, other.status(), other::body);
    assertEquals("RV-401", other.code());
  }

  @Test
  void a_challenge_for_a_handle_goes_to_the_holder_s_own_token() {
    final var holder = PhoneRequests.register(server, server.code(server.user("anna")));
    assertEquals(204, holder.send("PUT", "/tokens", "{" + HANDLE + "," + OWN + "}").status());
    final var asker = PhoneRequests.register(server, server.code(server.user("ben")));
    final var asked = asker.send("POST", "/challenges", "{" + HANDLE + "}");
    assertEquals(200, asked.status(), asked::body);
    final var push = server.pushed();
    assertEquals(PushService.APNS, push.to().service());
    final var word = ((PushContent.Ours) push.content()).event();
    assertEquals(
        204, asker.send("PUT", "/tokens", "{" + HANDLE + ",\"echo\":\"" + word + "\"}").status());
    assertEquals(List.of(PushService.HUB), services(asker));
  }

  @Test
  void no_challenge_goes_to_a_handle_that_stands_before_a_token_of_the_holder_s_own() {
    final var own = ",\"tokens\":[{\"service\":\"apns\",\"channel\":\"single\",\"token\":\"";
    final var holder =
        register(server.user("anna"), handle("android", GOOGLE, own + APPLE + "\"}]"));
    assertEquals(201, holder.status(), holder::body);
    final var id = new InstallationId(holder.json().path("installation").asText());
    final var _ =
        server
            .store
            .registry()
            .changeInstallation(id, it -> it.withAddresses(it.addresses().reversed()), "test");
    final var asker = register(server.user("ben"), ",\"platform\":\"android\"");
    final var asked =
        PhoneRequests.send(
            server.address(),
            "POST",
            "/challenges",
            "{\"pnsHandle\":\"" + GOOGLE + "\"}",
            "Authorization",
            "Bearer " + asker.json().path("token").asText());
    assertEquals(200, asked.status(), asked::body);
    assertEquals(PushService.APNS, server.pushed().to().service());
  }

  @Test
  void a_challenge_for_the_handle_of_a_device_that_has_no_other_token_cannot_leave() {
    final var holder = PhoneRequests.register(server, server.code(server.user("anna")));
    assertEquals(204, holder.send("PUT", "/tokens", "{" + HANDLE + "}").status());
    final var asker = PhoneRequests.register(server, server.code(server.user("ben")));
    final var asked = asker.send("POST", "/challenges", "{" + HANDLE + "}");
    assertEquals("RV-314", asked.code(), asked::body);
  }

  @Test
  void a_handle_that_was_not_renewed_for_half_its_life_yields_to_a_sign_in_and_no_other_does() {
    final var holder = PhoneRequests.register(server, server.code(server.user("anna")));
    final var day = "{" + HANDLE + ",\"expiresIn\":\"P30D\"}";
    assertEquals(204, holder.send("PUT", "/tokens", day).status());
    final var fresh = register(server.user("ben"), handle("ios", APPLE, ""));
    assertEquals("RV-401", fresh.code(), fresh::body);
    ages(holder, Duration.ofDays(1));
    final var dayOld = register(server.user("ben"), handle("ios", APPLE, ""));
    assertEquals("RV-401", dayOld.code(), dayOld::body);
    ages(holder, Duration.ofDays(14));
    final var later = register(server.user("ben"), handle("ios", APPLE, ""));
    assertEquals(201, later.status(), later::body);
    assertEquals(List.of(), services(holder));
  }

  private void ages(final PhoneRequests.Device holder, final Duration by) {
    final var id = new InstallationId(holder.installation());
    final var _ =
        server.store.registry().changeInstallation(id, it -> it.withAddresses(old(it, by)), "test");
  }

  /// As they were registered so much earlier.
  private static List<PushAddress> old(final Installation phone, final Duration by) {
    return phone.addresses().stream()
        .<PushAddress>map(each ->
            switch (each) {
              case PushAddress.Direct it ->
                  new PushAddress.Direct(
                      it.service(),
                      it.channel(),
                      it.app(),
                      it.scope(),
                      it.sandbox(),
                      it.token(),
                      it.registeredAt().minus(by),
                      it.doubt(),
                      it.keys(),
                      it.until().map(end -> end.minus(by)));
            })
        .toList();
  }
}
