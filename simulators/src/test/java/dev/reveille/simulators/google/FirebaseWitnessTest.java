package dev.reveille.simulators.google;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.api.client.http.HttpTransport;
import com.google.api.client.http.javanet.NetHttpTransport;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.firebase.ErrorCode;
import com.google.firebase.FirebaseApp;
import com.google.firebase.FirebaseOptions;
import com.google.firebase.messaging.AndroidConfig;
import com.google.firebase.messaging.AndroidNotification;
import com.google.firebase.messaging.FirebaseMessaging;
import com.google.firebase.messaging.FirebaseMessagingException;
import com.google.firebase.messaging.Message;
import com.google.firebase.messaging.MessagingErrorCode;
import com.google.firebase.messaging.Notification;
import dev.reveille.simulators.google.RegistrationToken.State;
import dev.reveille.simulators.service.Fault;
import dev.reveille.simulators.service.TrustingClient;
import java.io.ByteArrayInputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Google's own client knows nothing of us: what it sends, our stand-in must take, and what it gets
/// refused it must be able to read. Only the addresses it connects to are ours.
final class FirebaseWitnessTest {
  private static final String PROJECT = "example-softphone";

  @AutoClose
  private static final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);

  private static FirebaseMessaging firebase;

  @BeforeAll
  static void connect() throws Exception {
    final var transport = transport();
    final var account = google.makeAccount(PROJECT);
    final var file = new ByteArrayInputStream(account.json().getBytes(StandardCharsets.UTF_8));
    final var app =
        FirebaseApp.initializeApp(
            FirebaseOptions.builder()
                .setCredentials(GoogleCredentials.fromStream(file, () -> transport))
                .setProjectId(PROJECT)
                .setHttpTransport(transport)
                .build(),
            "witness");
    firebase = FirebaseMessaging.getInstance(app);
  }

  /// Takes every connection to Google's hosts to the stand-in.
  private static HttpTransport transport() throws Exception {
    final var tls = TrustingClient.tls(google.authorityPem(), Optional.empty());
    return new NetHttpTransport.Builder()
        .setConnectionFactory(url -> {
          final var there = URI.create(google.endpoint() + url.getFile()).toURL();
          final var connection = (HttpsURLConnection) there.openConnection();
          connection.setSSLSocketFactory(tls.getSocketFactory());
          return (HttpURLConnection) connection;
        })
        .build();
  }

  @AfterEach
  void putBack() {
    google.clearFaults();
  }

  private static Message.Builder to(final String token) {
    return Message.builder()
        .setToken(token)
        .putData("reveille", "{\"v\":1}")
        .setAndroidConfig(
            AndroidConfig.builder()
                .setPriority(AndroidConfig.Priority.HIGH)
                .setTtl(Duration.ofSeconds(30).toMillis())
                .setCollapseKey("changes")
                .setDirectBootOk(true)
                .build());
  }

  private static FirebaseMessagingException refusal(final Message message) {
    return assertThrows(FirebaseMessagingException.class, () -> firebase.send(message));
  }

  @Test
  void a_message_of_googles_own_client_is_accepted_and_arrives_as_it_was() throws Exception {
    final String token = google.newToken(PROJECT);
    final String name = firebase.send(to(token).build());
    assertTrue(name.startsWith("projects/" + PROJECT + "/messages/"), name);
    final var arrived = google.messages(token).getFirst();
    assertEquals("{\"v\":1}", arrived.data("reveille"));
    assertEquals("30s", arrived.ttl());
    assertEquals("changes", arrived.collapseKey());
    assertTrue(arrived.priority().equalsIgnoreCase("high"));
  }

  @Test
  void its_notifications_are_accepted_too() throws Exception {
    final String token = google.newToken(PROJECT);
    firebase.send(
        Message.builder()
            .setToken(token)
            .setNotification(Notification.builder().setTitle("Anna").setBody("Hello").build())
            .setAndroidConfig(
                AndroidConfig.builder()
                    .setNotification(
                        AndroidNotification.builder().setTag("t").setChannelId("c").build())
                    .build())
            .build());
    assertEquals(
        "Anna", google.messages(token).getFirst().message().at("/notification/title").asText());
  }

  @Test
  void a_trial_reaches_no_phone() throws Exception {
    final String token = google.newToken(PROJECT);
    firebase.send(to(token).build(), true);
    assertEquals(0, google.counters().get("delivered"));
  }

  @Test
  void it_reads_that_a_token_is_gone() {
    final String token = google.newToken(PROJECT);
    google.put(new RegistrationToken(token, PROJECT, State.UNREGISTERED));
    final var refused = refusal(to(token).build());
    assertEquals(MessagingErrorCode.UNREGISTERED, refused.getMessagingErrorCode());
    assertEquals(ErrorCode.NOT_FOUND, refused.getErrorCode());
  }

  @Test
  void it_reads_that_a_token_belongs_to_another_project() {
    final var refused = refusal(to(google.newToken("another-project")).build());
    assertEquals(MessagingErrorCode.SENDER_ID_MISMATCH, refused.getMessagingErrorCode());
  }

  @Test
  void it_reads_that_a_token_is_none() {
    final var refused = refusal(to("no-token").build());
    assertEquals(MessagingErrorCode.INVALID_ARGUMENT, refused.getMessagingErrorCode());
    assertTrue(String.valueOf(refused.getMessage()).contains("not a valid FCM registration token"));
  }

  @Test
  void it_reads_that_a_message_is_too_big() {
    final var refused =
        refusal(to(google.newToken(PROJECT)).putData("more", "x".repeat(4_096)).build());
    assertEquals(MessagingErrorCode.INVALID_ARGUMENT, refused.getMessagingErrorCode());
    assertTrue(String.valueOf(refused.getMessage()).contains("too big"));
  }

  @ParameterizedTest
  @CsvSource({
    "QUOTA_EXCEEDED, QUOTA_EXCEEDED",
    "DEVICE_QUOTA_EXCEEDED, QUOTA_EXCEEDED",
    "INTERNAL, INTERNAL",
  })
  void it_reads_what_a_fault_orders(final GoogleReason ordered, final MessagingErrorCode read) {
    final String token = google.newToken(PROJECT);
    google.fault(Fault.answer(ordered).to(token).always());
    assertEquals(read, refusal(to(token).build()).getMessagingErrorCode());
  }
}
