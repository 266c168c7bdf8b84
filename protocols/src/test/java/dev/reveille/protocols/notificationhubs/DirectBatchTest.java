package dev.reveille.protocols.notificationhubs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DirectBatchTest {
  private static final String TYPE = "multipart/mixed; boundary=b";
  private static final String NOTIFICATION =
      "--b\r\nContent-Disposition: inline; name=notification\r\nContent-Type: application/json\r\n"
          + "\r\n{\"ü\":1}\r\n";

  private static byte[] utf8(final String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String devices(final String json) {
    return "--b\r\nContent-Disposition: inline; name=devices\r\n\r\n" + json + "\r\n";
  }

  private static void assertBatch(final DirectBatch batch, final String contentType) {
    assertEquals(contentType, batch.contentType());
    assertArrayEquals(utf8("{\"ü\":1}"), batch.notification());
    assertEquals(List.of("h1", "h2"), batch.handles());
  }

  @Test
  void the_form_of_javascript_is_read() {
    assertBatch(
        DirectBatch.read(
            "multipart/mixed; boundary = \"nh-boundary-0f8fad5b-d9cb-469f-a165-70867728950e\"",
            utf8(
                "--nh-boundary-0f8fad5b-d9cb-469f-a165-70867728950e\r\n"
                    + "Content-type: application/json;charset=utf-8\r\n"
                    + "Content-Disposition: inline; name=notification\r\n\r\n{\"ü\":1}\r\n"
                    + "--nh-boundary-0f8fad5b-d9cb-469f-a165-70867728950e\r\n"
                    + "Content-type: application/json\r\n"
                    + "Content-Disposition: inline; name=devices\r\n\r\n[\"h1\",\"h2\"]\r\n"
                    + "--nh-boundary-0f8fad5b-d9cb-469f-a165-70867728950e--")),
        "application/json;charset=utf-8");
  }

  @Test
  void the_form_of_java_is_read() {
    assertBatch(
        DirectBatch.read(
            "multipart/mixed; boundary=nh-batch-multipart-boundary",
            utf8(
                "--nh-batch-multipart-boundary\r\nContent-Disposition: inline; name=devices\r\n"
                    + "Content-Type: application/json\r\n\r\n[\"h1\",\"h2\"]\r\n"
                    + "--nh-batch-multipart-boundary\r\n"
                    + "Content-Disposition: inline; name=notification\r\n"
                    + "Content-Type: application/json\r\n\r\n{\"ü\":1}\r\n"
                    + "--nh-batch-multipart-boundary--\r\n")),
        "application/json");
  }

  @Test
  void other_forms_that_the_standard_allows_are_read() {
    assertBatch(
        DirectBatch.read(
            "Multipart/Form-Data; charset=utf-8; foo; Boundary=\"a;b=\"; x=y",
            utf8(
                "preamble --a;b= \n"
                    + "--a;b=  \n"
                    + "CONTENT-DISPOSITION: form-data; name=\"notification\"\n"
                    + "Content-Length: 8\n\n"
                    + "{\"ü\":1}\n"
                    + "--a;b=\n"
                    + "Content-Disposition: attachment; filename=x; NAME = devices\n\n"
                    + "[\"h1\",\"h2\",\"h1\"]\n"
                    + "--a;b=\n"
                    + "Content-Disposition: inline; name=other\n\n"
                    + "--a;b=no\n"
                    + "--a;b=--epilogue")),
        "");
  }

  /// Lengths are counted in bytes, and what looks like a delimiter in a line is none.
  @Test
  void the_notification_is_taken_byte_by_byte() {
    final var body =
        utf8(
            "--b\r\nContent-Disposition: inline; name=notification\r\nContent-Length: 14\r\n\r\n"
                + "ü--b\r\n\r\n--bü\r\n"
                + devices("[\"h\"]")
                + "--b--");
    assertArrayEquals(utf8("ü--b\r\n\r\n--bü"), DirectBatch.read(TYPE, body).notification());
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "the part notification is missing <- D--b--",
        "the part devices is missing <- N--b--",
        "the part notification is missing <- --b--",
        "the body ends before the last delimiter of its parts <- ND",
        "the body ends before the last delimiter of its parts <- ''",
        "the body ends before the last delimiter of its parts <- ND--b-",
        "the part notification is there twice <- NND--b--",
        "the part devices is there twice <- NDD--b--",
        "a part must have headers, and an empty line behind them <- --b\\r\\n--b--",
        "a part must have headers, and an empty line behind them <- --b\\r\\nx\\r\\n--b--",
        "the part x has 3 bytes, and its Content-Length says 4 <- --b\\r\\nContent-Disposition: a;"
            + " name=x\\r\\nContent-Length: 4\\r\\n\\r\\nabc\\r\\n--b--",
        "the part x has 3 bytes, and its Content-Length says 2 <- --b\\r\\nContent-Length:"
            + " 2\\r\\nContent-Disposition: a; name=x\\r\\n\\r\\nabc\\r\\n--b--",
        "the Content-Length of a part must be a number <-"
            + " --b\\r\\nContent-Length: -2\\r\\n\\r\\nabc\\r\\n--b--",
      })
  void a_broken_body_is_refused(final String complaint, final String body) {
    final var whole =
        body.replace("\\r", "\r")
            .replace("\\n", "\n")
            .replaceFirst("^NND", NOTIFICATION + NOTIFICATION + devices("['h']").replace('\'', '"'))
            .replaceFirst("^NDD", NOTIFICATION + devices("[1]") + devices("[1]"))
            .replaceFirst("^ND", NOTIFICATION + devices("[1]"))
            .replaceFirst("^N", NOTIFICATION)
            .replaceFirst("^D", devices("[1]"));
    assertEquals(complaint, refused(TYPE, whole));
  }

  private static String refused(final String type, final String body) {
    final var refused =
        assertThrows(HubRefused.class, () -> DirectBatch.read(type, utf8(body)), body);
    assertEquals(400, refused.problem().status());
    return refused.problem().detail();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " <- ",
      value = {
        "must be a list of 1 to 1000 handles, not an object <- {}",
        "must be a list of 1 to 1000 handles, not 0 <- []",
        "must hold texts, not a number <- [1]",
        "a handle has 1 to 4096 characters, not 0 <- ['']",
        "not JSON: Unexpected <- [}",
      })
  void a_wrong_list_of_handles_is_refused(final String complaint, final String json) {
    final var told = refused(TYPE, NOTIFICATION + devices(json.replace('\'', '"')) + "--b--");
    assertEquals(
        "the part devices: " + complaint,
        told.substring(0, Math.min(told.length(), complaint.length() + 18)));
  }

  @Test
  void a_thousand_handles_are_taken_and_1001_are_not() {
    final var thousand =
        IntStream.range(0, 1_000).mapToObj(n -> "\"h" + n + "\"").collect(Collectors.joining(","));
    final var batch =
        DirectBatch.read(TYPE, utf8(NOTIFICATION + devices("[" + thousand + "]") + "--b--"));
    assertEquals(1_000, batch.handles().size());
    assertEquals(
        "the part devices: must be a list of 1 to 1000 handles, not 1001",
        refused(TYPE, NOTIFICATION + devices("[" + thousand + ",\"h0\"]") + "--b--"));
  }

  @Test
  void the_content_type_says_a_boundary() {
    for (final var type : List.of("", "application/json", "text/multipart/; boundary=b")) {
      assertEquals(
          "Content-Type must be multipart/mixed with a boundary, for the parts notification and"
              + " devices",
          refused(type, ""));
    }
    for (final var type :
        List.of(
            "multipart/mixed",
            "multipart/mixed; boundary=",
            "multipart/x; boundary=" + "b".repeat(201))) {
      assertEquals("Content-Type must say a boundary of 1 to 200 characters", refused(type, ""));
    }
    assertEquals(
        "the body has more than 16 parts", refused(TYPE, "--b\r\n\r\n\r\n".repeat(18) + "--b--"));
  }
}
