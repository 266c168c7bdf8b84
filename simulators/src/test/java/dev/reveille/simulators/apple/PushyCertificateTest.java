package dev.reveille.simulators.apple;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.eatthepath.pushy.apns.ApnsClient;
import com.eatthepath.pushy.apns.ApnsClientBuilder;
import com.eatthepath.pushy.apns.DeliveryPriority;
import com.eatthepath.pushy.apns.PushType;
import com.eatthepath.pushy.apns.util.SimpleApnsPushNotification;
import dev.reveille.simulators.apple.PushAuthority.Issued;
import dev.reveille.simulators.apple.PushAuthority.Wish;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/// Pushy shows a certificate instead of signing tokens; our stand-in must judge it as Apple does.
final class PushyCertificateTest {
  private static final String APP = "org.example.app";
  private static final Wish UNIVERSAL = Wish.universal(APP);
  private static final PushAuthority AUTHORITY = PushAuthority.make();

  @AutoClose
  private static final AppleSimulator apple =
      AppleSimulator.start(AppleOptions.DEFAULT.withClientAuthority(AUTHORITY.certificate()));

  private static ApnsClient client(final Issued issued, final int port) throws Exception {
    return new ApnsClientBuilder()
        .setApnsServer("127.0.0.1", port)
        .setTrustedServerCertificateChain(apple.authority())
        .setUseAlpn(true)
        .setClientCredentials(issued.certificate(), issued.key(), null)
        .build();
  }

  /// @return `taken`, or why not
  private static String said(
      final Issued issued, final String topic, final PushType type, final boolean sandbox)
      throws Exception {
    final var pushy = client(issued, sandbox ? apple.sandboxPort() : apple.productionPort());
    try {
      final var push =
          new SimpleApnsPushNotification(
              apple.newToken(topic, sandbox),
              topic,
              "{\"aps\":{\"alert\":\"hello\"}}",
              Instant.now().plusSeconds(30),
              DeliveryPriority.IMMEDIATE,
              type);
      final var answer = pushy.sendNotification(push).get(5, TimeUnit.SECONDS);
      return answer.isAccepted() ? "taken" : answer.getRejectionReason().orElse("");
    } finally {
      pushy.close().get(5, TimeUnit.SECONDS);
    }
  }

  private static String alert(final Wish wish, final boolean sandbox) throws Exception {
    return said(AUTHORITY.issue(wish), APP, PushType.ALERT, sandbox);
  }

  @Test
  void a_universal_certificate_is_good_for_its_topics_in_both_environments() throws Exception {
    final var issued = AUTHORITY.issue(UNIVERSAL);
    assertEquals("taken", said(issued, APP, PushType.ALERT, false));
    assertEquals("taken", said(issued, APP, PushType.ALERT, true));
    assertEquals("taken", said(issued, APP + ".voip", PushType.VOIP, false));
    assertEquals("TopicDisallowed", said(issued, "org.example.other", PushType.ALERT, false));
  }

  @Test
  void one_of_a_single_topic_and_environment_is_good_for_these_alone() throws Exception {
    final var single = UNIVERSAL.forTopics().in(true, false);
    assertEquals("taken", alert(single, false));
    assertEquals("BadCertificateEnvironment", alert(single, true));
    assertEquals(
        "TopicDisallowed", said(AUTHORITY.issue(single), APP + ".voip", PushType.VOIP, false));
  }

  @Test
  void what_apple_did_not_issue_or_what_is_over_is_a_bad_certificate() throws Exception {
    assertEquals(
        "BadCertificate", said(PushAuthority.make().issue(UNIVERSAL), APP, PushType.ALERT, false));
    final var now = Instant.now();
    assertEquals(
        "BadCertificate",
        alert(UNIVERSAL.during(now.minusSeconds(90), now.minusSeconds(30)), false));
    assertEquals("BadCertificate", alert(UNIVERSAL.in(false, false), false));
  }

  @Test
  void who_shows_none_still_needs_a_token() throws Exception {
    final var sender = new AppSender(apple, apple.makeKey());
    final var headers = sender.headers();
    headers.remove("authorization");
    final var answer = sender.send(apple.newToken("org.example.app", false), headers, "{}");
    assertEquals(403, answer.statusCode());
    assertEquals("{\"reason\":\"MissingProviderToken\"}", answer.body());
  }
}
