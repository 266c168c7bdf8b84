package dev.reveille.protocols.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.sip.message.SipResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A diagnosis arrives at the other side as it was made.
class DiagnosisTest {
  private static SipResponse with(final String field) {
    return SipResponse.to(Border.message("contoso.example", "push.example"), 504)
        .add(Diagnosis.FIELD, field)
        .build();
  }

  @ParameterizedTest
  @EnumSource
  void each_cause_is_read_again(final DiagnosisCode code) {
    final var made =
        Diagnosis.of(code, "edge.push.example", "domain", "a \"quoted\" \\ one", "peer", "x;y=z");
    final var answer = made.answer(Border.message("contoso.example", "push.example"));
    assertEquals(code.status(), answer.status());
    assertEquals(Optional.of(made), Diagnosis.in(answer));
    assertEquals(Optional.of(code), made.code());
  }

  @Test
  void no_number_is_given_twice() {
    final var numbers = Arrays.stream(DiagnosisCode.values()).map(DiagnosisCode::number).toList();
    assertEquals(numbers.size(), numbers.stream().distinct().count());
    assertTrue(
        Arrays.stream(DiagnosisCode.values())
            .allMatch(code -> !code.sentence().isEmpty() && !code.remedy().isEmpty()));
  }

  @Test
  void the_page_names_each() throws Exception {
    final var page = Files.readString(Path.of("../docs/protocols/federation.md"));
    assertEquals(DiagnosesPage.written(page), page, "write it anew with DiagnosesPage");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "-1;reason=\"r\"", "12345678;reason=\"r\"", ";reason=\"r\""})
  void what_is_no_diagnosis_is_none(final String field) {
    assertEquals(Optional.empty(), Diagnosis.in(with(field)));
  }

  @Test
  void what_is_malformed_behind_the_number_is_left_out() {
    final var read = Diagnosis.in(with("1008; reason=\"no record; domain=\"x\"")).orElseThrow();
    assertEquals(1008, read.number());
    assertEquals("no record; domain=", read.reason());
    assertEquals(Map.of(), read.details());
  }

  @Test
  void a_line_end_of_a_peer_stays_in_the_value() {
    final var made = Diagnosis.of(DiagnosisCode.LOOP, "here", "words", "a\r\nVia: evil");
    assertTrue(made.toString().chars().noneMatch(c -> c == '\r' || c == '\n'));
  }
}
