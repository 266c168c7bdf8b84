package dev.reveille.push.apns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.reveille.model.AppCredential;
import dev.reveille.model.Credential;
import dev.reveille.model.CredentialId;
import dev.reveille.model.PushEnvironment;
import dev.reveille.model.Reason;
import dev.reveille.simulators.apple.SigningKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// A token that is made up tells whether Apple takes a key.
final class ApnsTrialTest {
  @AutoClose private final ApnsStage stage = new ApnsStage();

  private ApnsTrial.Result tried(final AppCredential one) throws Exception {
    return stage.sender.tried(one, ApnsStage.BUNDLE, Duration.ofSeconds(10));
  }

  private AppCredential named(
      final PushEnvironment environment, final String topic, final SigningKey key) {
    return new AppCredential(new CredentialId("one"), environment, topic, stage.credential(key));
  }

  private SigningKey key(final String environment, final String topic) {
    final var key = SigningKey.make("TRIAL12345", "KEY0000001");
    stage.apple.register(key, environment, Set.of(topic));
    return key;
  }

  @Test
  void a_key_that_works_is_told_by_what_apple_says_of_the_token() throws Exception {
    final var result = tried(new AppCredential(stage.credential(stage.key)));
    assertNull(result.why());
    assertEquals("400 BadDeviceToken", result.words());
    final var came = stage.apple.pushes("").getLast();
    assertEquals("background", came.header("apns-push-type"), "it could show nothing");
  }

  @Test
  void a_key_that_apple_took_back_is_refused() throws Exception {
    stage.apple.revoke(stage.key.keyId());
    final var result = tried(new AppCredential(stage.credential(stage.key)));
    assertEquals(Reason.CREDENTIALS_REFUSED, result.why());
    assertEquals("403 InvalidProviderToken", result.words());
    assertEquals(List.of(), stage.alerts, "a trial is no push");
  }

  @Test
  void a_key_is_tried_where_it_is_for_and_under_its_own_topic() throws Exception {
    final var beta = ApnsStage.BUNDLE + ".beta";
    final var key = key("sandbox", beta);
    assertNull(tried(named(PushEnvironment.SANDBOX, beta, key)).why());
    assertEquals(
        Reason.CREDENTIALS_REFUSED, tried(named(PushEnvironment.PRODUCTION, beta, key)).why());
    assertEquals(Reason.TOPIC_REFUSED, tried(named(PushEnvironment.SANDBOX, "", key)).why());
  }

  @Test
  void an_apple_that_is_not_there_is_told_as_that() throws Exception {
    final var credential = stage.credential(stage.key);
    stage.apple.close();
    final var result =
        stage.sender.tried(new AppCredential(credential), ApnsStage.BUNDLE, Duration.ofMillis(500));
    assertEquals(Reason.SERVICE_UNREACHABLE, result.why());
  }

  @Test
  void a_credential_of_another_service_is_not_tried() {
    final var google = new AppCredential(new Credential.Fcm("{}", "", ""));
    assertThrows(IllegalArgumentException.class, () -> tried(google));
  }
}
