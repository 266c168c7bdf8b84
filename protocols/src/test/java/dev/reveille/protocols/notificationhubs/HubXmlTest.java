package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Secret;
import dev.reveille.protocols.notificationhubs.NotificationOutcome.Result;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.protocols.sas.SharedAccessPolicy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What hubs say beside registrations, word for word.
class HubXmlTest {
  private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
  private static final AtomItem ITEM = new AtomItem("https://h/x", "news", NOON);
  private static final String LANGUAGE =
      " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\""
          + " xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">";

  private static String text(final byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static byte[] entry(final String inside) {
    return ("<entry xmlns=\"http://www.w3.org/2005/Atom\"><content>"
            + inside
            + "</content></entry>")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static String inside(final byte[] entry) {
    final var text = text(entry);
    final var begin = "<content type=\"application/xml\">";
    return text.substring(text.indexOf(begin) + begin.length(), text.indexOf("</content>"));
  }

  @Test
  void an_error_has_its_code_first_and_one_full_stop() {
    final var expected =
        "<Error><Code>400</Code><Detail>40000: a &lt;b&gt; &amp;?.TrackingId:id-1,TimeStamp:"
            + "2026-11-20T12:00:00.000Z</Detail></Error>";
    assertEquals(expected, text(ErrorBody.of(HubProblem.malformed("a <b> &\n"), "id-1", NOON)));
    assertEquals(expected, text(ErrorBody.of(HubProblem.malformed("a <b> &\n."), "id-1", NOON)));
    assertEquals(
        expected, text(ErrorBody.of(HubProblem.malformed("40000: a <b> &\n"), "id-1", NOON)));
  }

  @Test
  void a_problem_is_short_and_its_sub_code_begins_with_its_status() {
    final var problem = HubProblem.malformed("x".repeat(5_000) + "\ud800");
    assertEquals(401, problem.detail().length());
    assertThrows(IllegalArgumentException.class, () -> new HubProblem(400, 40_400, ""));
    assertEquals(41_300, HubProblem.tooLarge("").subCode());
  }

  @Test
  void the_outcome_of_a_test_names_every_target() {
    final var outcome =
        new NotificationOutcome(
            1, 1, List.of(new Result(HubPlatform.APPLE, "H", "R", "text & more")));
    assertEquals(
        "<NotificationOutcome"
            + LANGUAGE
            + "<Success>1</Success><Failure>1</Failure><Results><RegistrationResult>"
            + "<ApplicationPlatform>apple</ApplicationPlatform><PnsHandle>H</PnsHandle>"
            + "<RegistrationId>R</RegistrationId><Outcome>text &amp; more</Outcome>"
            + "</RegistrationResult></Results></NotificationOutcome>",
        text(outcome.xml()));
    assertTrue(text(new NotificationOutcome(0, 0, List.of()).xml()).contains("<Results/>"));
    assertThrows(
        IllegalArgumentException.class, () -> new Result(HubPlatform.APPLE, "H", "", "text"));
  }

  /// The reader of .NET loses what comes in another order.
  @Test
  void details_stand_in_the_order_of_the_data_contract() {
    final var counts =
        Arrays.stream(HubPlatform.values())
            .collect(
                Collectors.toMap(each -> each, each -> Map.of("Success", 3L, "BadChannel", 1L)));
    final var details =
        new NotificationDetails(
            "id",
            "https://h/news/messages/id",
            NotificationDetails.State.NO_TARGET_FOUND,
            Optional.of(NOON),
            Optional.of(NOON),
            Optional.of(NOON),
            "{}",
            "a && b",
            List.of(HubPlatform.BROWSER, HubPlatform.APPLE),
            counts,
            "https://e");
    final var xml = text(details.xml());
    final var elements =
        xml.replaceAll("<Outcome>.*?</Outcome>", "").replaceAll("[^<]*<(/?\\w+)[^>]*>", "$1 ");
    final var block = "%1$s /%1$s ";
    assertEquals(
        "NotificationDetails "
            + List.of(
                    "NotificationId",
                    "Location",
                    "State",
                    "EnqueueTime",
                    "StartTime",
                    "EndTime",
                    "NotificationBody",
                    "Tags",
                    "TargetPlatforms",
                    "ApnsOutcomeCounts",
                    "MpnsOutcomeCounts",
                    "WnsOutcomeCounts",
                    "GcmOutcomeCounts",
                    "AdmOutcomeCounts",
                    "PnsErrorDetailsUri",
                    "FcmV1OutcomeCounts",
                    "BaiduOutcomeCounts",
                    "BrowserOutcomeCounts",
                    "XiaomiOutcomeCounts")
                .stream()
                .map(block::formatted)
                .collect(Collectors.joining())
            + "/NotificationDetails ",
        elements);
    assertTrue(xml.contains("<TargetPlatforms>apple,browser</TargetPlatforms>"), xml);
    assertTrue(
        xml.contains(
            "<ApnsOutcomeCounts><Outcome><Name>BadChannel</Name><Count>1</Count></Outcome>"
                + "<Outcome><Name>Success</Name><Count>3</Count></Outcome></ApnsOutcomeCounts>"),
        xml);
    assertTrue(xml.contains("<EnqueueTime>2026-11-20T12:00:00.000Z</EnqueueTime>"), xml);
  }

  @Test
  void what_is_not_known_of_a_notification_is_left_out() {
    final var details =
        new NotificationDetails(
            "id",
            "",
            NotificationDetails.State.CANCELED,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            "",
            "",
            List.of(),
            Map.of(HubPlatform.APPLE, Map.of()),
            "");
    assertEquals(
        "<NotificationDetails"
            + LANGUAGE
            + "<NotificationId>id</NotificationId><State>Canceled</State></NotificationDetails>",
        text(details.xml()));
  }

  @Test
  void the_words_of_a_state_are_those_that_java_knows() {
    assertEquals(
        "Abandoned Canceled Completed Enqueued NoTargetFound Processing Scheduled Unknown",
        Arrays.stream(NotificationDetails.State.values())
            .map(NotificationDetails.State::word)
            .collect(Collectors.joining(" ")));
  }

  @Test
  void a_job_is_answered_with_the_literal_prefix() {
    final var job =
        new HubJob(
            "j",
            12.5,
            HubJob.Type.EXPORT,
            HubJob.Status.RUNNING,
            "https://blob/c?sig=1&x",
            "",
            Map.of(),
            "",
            Map.of("OutputFilePath", "a/b"),
            Optional.of(NOON),
            Optional.empty());
    assertEquals(
        "<NotificationHubJob"
            + LANGUAGE
            + "<JobId>j</JobId><Progress>12.5</Progress><Type>ExportRegistrations</Type>"
            + "<Status>Running</Status><OutputContainerUri>https://blob/c?sig=1&amp;x</OutputContainerUri><OutputProperties"
            + " xmlns:d3p1=\"http://schemas.microsoft.com/2003/"
            + "10/Serialization/Arrays\"><d3p1:KeyValueOfstringstring><d3p1:Key>OutputFilePath"
            + "</d3p1:Key><d3p1:Value>a/b</d3p1:Value></d3p1:KeyValueOfstringstring>"
            + "</OutputProperties><CreatedAt>2026-11-20T12:00:00.000Z</CreatedAt>"
            + "</NotificationHubJob>",
        inside(job.entry(ITEM)));
    assertFalse(job.toString().contains("sig"), "an address holds a right");
    final var feed = text(HubJob.feed(ITEM, List.of(Map.entry(ITEM, job), Map.entry(ITEM, job))));
    assertEquals(3, feed.split("<entry", -1).length);
  }

  @Test
  void a_request_for_a_job_is_read_as_java_writes_it() {
    final var job =
        HubJob.read(
            entry(
                "<NotificationHubJob xmlns=\"urn:x\"><Type>ImportCreateRegistrations</Type>"
                    + "<OutputContainerUri>https://o</OutputContainerUri><ImportFileUri>https://i</ImportFileUri><InputProperties><k:KeyValueOfstringstring"
                    + " xmlns:k=\"urn:k\">"
                    + "<k:Key>a</k:Key><k:Value>b</k:Value></k:KeyValueOfstringstring>"
                    + "</InputProperties></NotificationHubJob>"));
    assertEquals(HubJob.Type.IMPORT_CREATE, job.type());
    assertEquals("https://o https://i", job.outputContainerUri() + " " + job.importFileUri());
    assertEquals(Map.of("a", "b"), job.inputProperties());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "Job: must be NotificationHubJob <- <Job/>",
        "Type: must be one of ExportRegistrations, Imp <- <NotificationHubJob/>",
        "OutputContainerUri: is missing <-"
            + " <NotificationHubJob><Type>ExportRegistrations</Type></NotificationHubJob>",
        "ImportFileUri: is missing <- <NotificationHubJob><Type>ImportDeleteRegistrations</Type>"
            + "<OutputContainerUri>https://o</OutputContainerUri></NotificationHubJob>",
        "OutputContainerUri: must have at most <- <NotificationHubJob>"
            + "<Type>ExportRegistrations</Type><OutputContainerUri>https://o o"
            + "</OutputContainerUri></NotificationHubJob>",
      })
  void a_wrong_job_is_refused(final String complaint, final String inside) {
    final var refused = assertThrows(HubRefused.class, () -> HubJob.read(entry(inside)));
    assertTrue(refused.problem().detail().startsWith(complaint), refused.problem().detail());
  }

  private static final HubDescription DESCRIPTION =
      new HubDescription(
          Optional.of(Duration.ofDays(90)),
          List.of(
              new SharedAccessPolicy(
                  "Full",
                  Secret.of("k1&"),
                  Secret.of("k2"),
                  Set.of(AccessRight.MANAGE, AccessRight.LISTEN, AccessRight.SEND))),
          Map.of("Apns", Map.of("Endpoint", "https://a"), "Gcm", Map.of("GoogleApiKey", "<g>")));

  @Test
  void a_hub_is_described_in_the_order_of_the_data_contract() {
    assertEquals(
        "<NotificationHubDescription"
            + LANGUAGE
            + "<ApnsCredential><Properties><Property><Name>Endpoint</Name><Value>https://a</Value>"
            + "</Property></Properties></ApnsCredential><RegistrationTtl>PT2160H</RegistrationTtl><AuthorizationRules><AuthorizationRule"
            + " i:type=\"SharedAccessAuthorizationRule\">"
            + "<ClaimType>SharedAccessKey</ClaimType><ClaimValue>None</ClaimValue><Rights>"
            + "<AccessRights>Listen</AccessRights><AccessRights>Send</AccessRights><AccessRights>"
            + "Manage</AccessRights></Rights><KeyName>Full</KeyName><PrimaryKey>k1&amp;</PrimaryKey>"
            + "<SecondaryKey>k2</SecondaryKey></AuthorizationRule></AuthorizationRules>"
            + "<GcmCredential><Properties><Property><Name>GoogleApiKey</Name><Value>&lt;g&gt;"
            + "</Value></Property></Properties></GcmCredential></NotificationHubDescription>",
        inside(DESCRIPTION.entry(ITEM)));
    assertTrue(text(DESCRIPTION.entry(ITEM)).contains("<title type=\"text\">news</title>"));
    assertEquals(
        "HubDescription[Optional[PT2160H] " + DESCRIPTION.credentials().keySet() + "]",
        DESCRIPTION.toString());
  }

  @Test
  void a_description_is_read_as_it_was_written() {
    assertEquals(DESCRIPTION, HubDescription.read(DESCRIPTION.entry(ITEM)));
    final var never = new HubDescription(Optional.empty(), List.of(), Map.of());
    assertEquals(never, HubDescription.read(never.entry(ITEM)), "never has a duration of its own");
    final var feed = text(HubDescription.feed(ITEM, List.of(Map.entry(ITEM, DESCRIPTION))));
    assertTrue(feed.contains(text(DESCRIPTION.entry(ITEM))), feed);
  }

  @Test
  void the_old_word_for_google_is_read() {
    final var read =
        HubDescription.read(
            entry(
                "<NotificationHubDescription><FcmCredential><Properties><Property><Name>a</Name>"
                    + "<Value>b</Value></Property></Properties></FcmCredential>"
                    + "</NotificationHubDescription>"));
    assertEquals(Map.of("Gcm", Map.of("a", "b")), read.credentials());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "X: must be NotificationHubDescription <- <X/>",
        "RegistrationTtl: must be a duration like P90D <- <NotificationHubDescription>"
            + "<RegistrationTtl>90</RegistrationTtl></NotificationHubDescription>",
        "RegistrationTtl: must be above zero <- <NotificationHubDescription>"
            + "<RegistrationTtl>PT0S</RegistrationTtl></NotificationHubDescription>",
        "AccessRights: must be Listen, Send or Manage, not All <- <NotificationHubDescription>"
            + "<AuthorizationRules><AuthorizationRule><Rights><AccessRights>All</AccessRights>"
            + "</Rights></AuthorizationRule></AuthorizationRules></NotificationHubDescription>",
        "AuthorizationRule: must have KeyName, PrimaryKey and Rights <-"
            + " <NotificationHubDescription>"
            + "<AuthorizationRules><AuthorizationRule/></AuthorizationRules>"
            + "</NotificationHubDescription>",
        "ApnsCredential: each property has a name of its own <- <NotificationHubDescription>"
            + "<ApnsCredential><Properties><Property/></Properties></ApnsCredential>"
            + "</NotificationHubDescription>",
      })
  void a_wrong_description_is_refused(final String complaint, final String inside) {
    final var refused = assertThrows(HubRefused.class, () -> HubDescription.read(entry(inside)));
    assertEquals(complaint, refused.problem().detail());
  }
}
