package dev.reveille.simulators.google;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The parts of a message for browsers and Apple devices, its label, and messages that are looked
/// at only.
final class OtherPlatformsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PROJECT = "example-platforms";
  private static final GoogleSimulator google = GoogleSimulator.start(GoogleOptions.DEFAULT);
  private static FcmCaller caller;

  @BeforeAll
  static void connect() throws Exception {
    caller = new FcmCaller(google);
    caller.signIn(google.makeAccount(PROJECT), Map.of());
  }

  @AfterAll
  static void stop() {
    caller.close();
    google.close();
  }

  /// @return `200`, or the field that is wrong
  private static String said(final String part) throws Exception {
    final var body =
        "{\"message\":{\"token\":\""
            + google.newToken(PROJECT)
            + "\","
            + part.replace('\'', '"')
            + "}}";
    final var answer = caller.send(PROJECT, caller.bearer(), body);
    return answer.statusCode() == 200
        ? "200"
        : JSON.readTree(answer.body()).at("/error/details/0/fieldViolations/0/field").asText();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'webpush':{'headers':{'TTL':'30','Urgency':'high','Topic':'a'}} | 200",
        "'webpush':{'headers':{'TTL':30}} | message.webpush.headers[0].value",
        "'webpush':{'headers':{'TTL':'30s'}} | message.webpush.headers",
        "'webpush':{'headers':{'Urgency':'HIGH'}} | message.webpush.headers",
        "'webpush':{'ttl':'30'} | message.webpush",
        "'webpush':[] | message.webpush",
        "'apns':{'headers':{'apns-priority':'10'},'payload':{'aps':{}}} | 200",
        "'apns':{'headers':{'apns-priority':'9'}} | message.apns.headers",
        "'apns':{'headers':{'apns-push-type':'ring'}} | message.apns.headers",
        "'apns':{'headers':{'apns-expiration':'soon'}} | message.apns.headers",
        "'apns':{'headers':{'apns-push-type':'background','apns-priority':'10'}} |"
            + " message.apns.headers",
        "'apns':{'payload':{'reveille':1}} | message.apns.payload",
        "'apns':{'aps':{}} | message.apns",
        "'fcm_options':{'analytics_label':'Calls-1_.~%'} | 200",
        "'fcm_options':{'analytics_label':'two words'} | message.fcm_options.analytics_label",
        "'fcm_options':{'analytics_label':''} | message.fcm_options.analytics_label",
        "'android':{'fcm_options':{'analytics_label':'a/b'}} |"
            + " message.android.fcm_options.analytics_label",
      })
  void what_google_refuses_is_refused_with_its_field(final String part, final String expected)
      throws Exception {
    assertEquals(expected, said(part));
  }

  @Test
  void a_message_to_be_looked_at_is_judged_and_is_no_push() throws Exception {
    final var token = google.newToken(PROJECT);
    final var before = google.counters();
    final var body = "{\"validate_only\":true,\"message\":{\"token\":\"" + token + "\"%s}}";
    final var good = caller.send(PROJECT, caller.bearer(), body.formatted(""));
    assertEquals(200, good.statusCode());
    assertEquals(
        "projects/" + PROJECT + "/messages/fake_message_id",
        JSON.readTree(good.body()).path("name").asText());
    final var bad = caller.send(PROJECT, caller.bearer(), body.formatted(",\"data\":{\"n\":1}"));
    assertEquals(400, bad.statusCode());
    assertEquals(0, google.messages(token).size());
    final var after = google.counters();
    assertEquals(before.getOrDefault("trials", 0L) + 2, after.getOrDefault("trials", 0L));
    assertEquals(before.get("accepted"), after.get("accepted"));
  }
}
