package dev.reveille.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Which of an app's credentials is for an address.
final class AppCredentialTest {
  private static final String RELEASE = "org.example.app";
  private static final String BETA = "org.example.app.beta";
  private static final Credential APPLE = new Credential.Apns("T", "K", "key", "", "", "");

  private static AppCredential named(
      final String id, final PushEnvironment environment, final String scope) {
    return new AppCredential(new CredentialId(id), environment, scope, APPLE);
  }

  private static String chosen(
      final List<AppCredential> all, final boolean sandbox, final String scope) {
    final var turned = new ArrayList<>(all);
    Collections.reverse(turned);
    final var one = AppCredential.choose(all, sandbox, scope, _ -> true);
    assertEquals(
        one, AppCredential.choose(turned, sandbox, scope, _ -> true), "whatever their order");
    return one.map(each -> each.id().value()).orElse("none");
  }

  @Test
  void the_most_exact_credential_is_chosen() {
    final var usual = new AppCredential(APPLE);
    final var test = named("test", PushEnvironment.SANDBOX, "");
    final var beta = named("beta", PushEnvironment.BOTH, BETA);
    final var betaTest = named("beta-test", PushEnvironment.SANDBOX, BETA);
    final var all = List.of(usual, test, beta, betaTest);
    assertEquals("beta-test", chosen(all, true, BETA));
    assertEquals("beta", chosen(all, false, BETA));
    assertEquals("test", chosen(all, true, RELEASE));
    assertEquals("default", chosen(all, false, RELEASE));
    assertEquals("beta", chosen(List.of(usual, test, beta), true, BETA), "topic first");
    assertEquals("test", chosen(List.of(usual, test), true, BETA));
    assertEquals("default", chosen(List.of(usual, betaTest), false, BETA));
  }

  @Test
  void one_of_another_environment_or_topic_is_never_chosen() {
    final var test = named("test", PushEnvironment.SANDBOX, "");
    final var live = named("live", PushEnvironment.PRODUCTION, BETA);
    assertEquals("none", chosen(List.of(test), false, RELEASE));
    assertEquals("none", chosen(List.of(live), false, RELEASE));
    assertEquals("none", chosen(List.of(live), true, BETA));
    assertEquals("live", chosen(List.of(test, live), false, BETA));
    assertEquals("none", chosen(List.of(), false, RELEASE));
  }

  @Test
  void only_the_default_is_for_everything() {
    assertThrows(IllegalArgumentException.class, () -> named("all", PushEnvironment.BOTH, ""));
    assertThrows(
        IllegalArgumentException.class, () -> named("default", PushEnvironment.SANDBOX, ""));
    assertThrows(IllegalArgumentException.class, () -> new CredentialId("a/b"));
    assertThrows(IllegalArgumentException.class, () -> new CredentialId("x".repeat(65)));
    assertFalse(new CredentialId("Default").isDefault());
  }

  @Test
  void a_scope_is_what_the_service_could_know() {
    assertEquals(BETA, PushScope.of(PushService.APNS, BETA));
    assertEquals("my-app-1234", PushScope.of(PushService.FCM, "my-app-1234"));
    for (final var wrong : List.of("", "a b", "a\r\nb", BETA + ".voip", "x".repeat(201))) {
      assertThrows(
          IllegalArgumentException.class, () -> PushScope.of(PushService.APNS, wrong), wrong);
    }
    assertThrows(IllegalArgumentException.class, () -> PushScope.of(PushService.FCM, "My App"));
    assertThrows(IllegalArgumentException.class, () -> PushScope.of(PushService.WNS, "x"));
  }

  @Test
  void an_address_keeps_its_scope_whatever_is_said_of_it() {
    final var now = java.time.Instant.parse("2026-03-01T12:00:00Z");
    final var address =
        new PushAddress.Direct(
                PushService.APNS,
                PushChannel.MESSAGE,
                new AppId("talk"),
                false,
                new PushToken("token"),
                now)
            .withScope(BETA);
    assertEquals(BETA, address.doubted(new PushAddress.Doubt(now, Reason.TOKEN_BAD, 1)).scope());
    assertEquals(BETA, address.proven(true).scope());
    assertTrue(address.proven(true).sandbox());
  }

  @Test
  void a_secret_does_not_show_itself() {
    final var secret = Secret.of("hunter2");
    assertEquals("Secret[…]", secret.toString());
    assertEquals("hunter2", secret.text());
    assertEquals(secret, Secret.of("hunter2".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertNotEquals(secret, Secret.of("hunter3"));
    secret.bytes()[0] = 0;
    assertEquals("hunter2", secret.text(), "what it hands out is a copy");
    assertThrows(IllegalArgumentException.class, () -> Secret.of(""));
    assertThrows(IllegalArgumentException.class, () -> Secret.of(new byte[Secret.LONGEST + 1]));
  }
}
