package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpResponse;
import java.util.regex.Pattern;

/// What clients of hubs write, and what tests look for in answers.
final class HubBodies {
  static final String VERSION = "?api-version=2020-06";
  static final String ALERT = "{\"aps\":{\"alert\":\"Hello\"}}";
  static final String FORMAT = "ServiceBusNotification-Format";
  static final String TAGS = "ServiceBusNotification-Tags";

  /// Addresses of iPhones.
  static final String ONE = "a1".repeat(32);

  static final String TWO = "b2".repeat(32);
  static final String THREE = "c3".repeat(32);

  private HubBodies() {}

  /// A registration of any kind.
  ///
  /// @param kind without `RegistrationDescription`
  /// @param inner the elements of the description
  static String registration(final String kind, final String inner) {
    return "<?xml version=\"1.0\"?><entry xmlns=\"http://www.w3.org/2005/Atom\"><content"
        + " type=\"application/xml\"><"
        + kind
        + "RegistrationDescription"
        + " xmlns=\"http://schemas.microsoft.com/netservices/2010/10/servicebus/connect\">"
        + inner
        + "</"
        + kind
        + "RegistrationDescription></content></entry>";
  }

  static String apple(final String token, final String tags) {
    return registration(
        "Apple", "<Tags>" + tags + "</Tags><DeviceToken>" + token + "</DeviceToken>");
  }

  static String installation(final String platform, final String channel, final String more) {
    return "{\"platform\":\"" + platform + "\",\"pushChannel\":" + channel + more + "}";
  }

  /// @param tags in quotation marks, with commas between
  static String iphone(final String id, final String token, final String tags) {
    return "{\"installationId\":\"%s\",\"platform\":\"apns\",\"pushChannel\":\"%s\",\"tags\":[%s]}"
        .formatted(id, token, tags);
  }

  static String quoted(final String text) {
    return '"' + text + '"';
  }

  static String between(final String text, final String element) {
    final var found =
        Pattern.compile("<" + element + ">(.*?)</" + element + ">", Pattern.DOTALL).matcher(text);
    assertTrue(found.find(), () -> element + " is not in " + text);
    return found.group(1);
  }

  static int entries(final String feed) {
    return feed.split("<entry", -1).length - 1;
  }

  /// The service's XML, which begins with the sub-code and ends with the request's name.
  static String refused(final int status, final String subCode, final HttpResponse<String> answer) {
    assertEquals(status, answer.statusCode(), answer.body());
    assertEquals(Integer.toString(status), between(answer.body(), "Code"));
    final var detail = between(answer.body(), "Detail");
    assertTrue(detail.startsWith(subCode + ": "), detail);
    final var tracking = answer.headers().allValues("TrackingId");
    assertEquals(1, tracking.size(), () -> "one name of the request, not " + tracking);
    assertEquals(tracking, answer.headers().allValues("x-ms-correlation-request-id"));
    assertTrue(detail.contains("TrackingId:" + tracking.getFirst() + ","), detail);
    return detail;
  }
}
