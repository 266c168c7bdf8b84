package dev.reveille.simulators.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.reveille.simulators.phone.Arrival.Kind;
import dev.reveille.simulators.phone.Arrival.Way;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArrivalRecordTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private final List<Arrival> told = new ArrayList<>();
  private final ArrivalRecord record = new ArrivalRecord("anna", told::add);

  private static JsonNode json(final String text) throws IOException {
    return new ObjectMapper().readTree(text.replace('\'', '"'));
  }

  private static JsonNode voip(final String apnsId) throws IOException {
    return json(
        "{'headers':{'apns-id':'"
            + apnsId
            + "','apns-push-type':'voip'},'payload':{'aps':{},"
            + "'reveille':{'id':'e-1','class':'call','call':'c-1'}}}");
  }

  @Test
  void every_repeat_is_written_down_and_nothing_folds() throws Exception {
    record.frame(json("{'frame':'call','event':'e-1','call':'c-1'}"), 1, NOW);
    record.frame(json("{'frame':'call','event':'e-1','call':'c-1','state':true}"), 2, NOW);
    record.push(voip("a"), NOW);
    record.push(voip("a"), NOW);

    final var rings = record.all();
    assertEquals(
        List.of(Way.FRAME, Way.STATE, Way.PUSH, Way.PUSH),
        rings.stream().map(Arrival::way).toList());
    assertEquals(List.of(1, 2, 0, 0), rings.stream().map(Arrival::channel).toList());
    assertEquals(List.of("", "", "a", "a"), rings.stream().map(Arrival::platformId).toList());
    assertTrue(rings.stream().allMatch(each -> each.rings() && each.call().equals("c-1")));
    assertEquals(rings, told);
  }

  @Test
  void what_comes_after_an_end_says_so() throws Exception {
    record.push(voip("a"), NOW);
    record.end("c-1", json("{'state':'over'}"), NOW);
    record.push(voip("a"), NOW);
    assertEquals(
        List.of(false, false, true), record.all().stream().map(Arrival::afterEnd).toList());
    assertEquals(Way.POLL, record.all().get(1).way());
  }

  @Test
  void words_are_kept_of_an_entry_and_of_an_alert() throws Exception {
    record.frame(json("{'frame':'entry','event':'e-2','content':{'text':'number 7'}}"), 1, NOW);
    record.push(
        json(
            "{'headers':{'apns-push-type':'alert'},'payload':{'aps':{'alert':{'body':'number 7'}},"
                + "'reveille':{'id':'e-2','class':'message'}}}"),
        NOW);
    assertEquals(
        List.of("number 7", "number 7"), record.all().stream().map(Arrival::text).toList());
    assertEquals(
        List.of(Kind.MESSAGE, Kind.ALERT), record.all().stream().map(Arrival::kind).toList());
  }

  @Test
  void frames_of_no_event_are_left_out_and_a_malformed_push_is_kept() throws Exception {
    record.frame(json("{'frame':'ping'}"), 1, NOW);
    record.push(json("{'message':{'data':{'reveille':'{no'}}}"), NOW);
    assertEquals(1, record.all().size());
    assertEquals(Kind.SILENT, record.all().getFirst().kind());
    assertFalse(record.all().getFirst().afterEnd());
  }
}
