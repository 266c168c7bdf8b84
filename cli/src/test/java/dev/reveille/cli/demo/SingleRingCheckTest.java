package dev.reveille.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import dev.reveille.cli.demo.DemoPhone.Report;
import dev.reveille.cli.demo.Scene.Mismatch;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// "Rang once" can be false: each way in which a call can ring twice is named.
class SingleRingCheckTest {
  private final List<Report> reports = new ArrayList<>();
  private JsonNode device = json("{'tries':[{'way':'push','outcome':'handed-over'}]}");

  SingleRingCheckTest() {
    arrived("frame", "c-1");
    reports.add(new Report(json("{'what':'rang','event':'e-1','call':'c-1'}")));
    arrived("push", "c-1");
    reports.add(new Report(json("{'what':'rang','event':'e-2','call':'c-2'}"))); // another call
  }

  private void arrived(final String via, final String call) {
    reports.add(
        new Report(
            json(
                "{'what':'arrived','kind':'ring','event':'e-1','call':'"
                    + call
                    + "','channel':"
                    + (via.equals("push") ? 0 : 1)
                    + ",'via':'"
                    + via
                    + "'}")));
  }

  private static JsonNode json(final String text) {
    return Json.read(text.replace('\'', '"'));
  }

  private void judge() {
    SingleRingCheck.require("anna", "e-1", reports, device);
  }

  private void fails(final String because) {
    assertEquals(because, assertThrows(Mismatch.class, this::judge).getMessage());
  }

  @Test
  void a_frame_and_a_push_of_one_call_are_one_ring() {
    judge();
  }

  @Test
  void a_second_ringing_fails_although_it_has_another_uuid() {
    arrived("push", "c-9");
    reports.add(new Report(json("{'what':'rang','event':'e-1','call':'c-9'}")));
    fails("the phone of anna rang 2 times");
  }

  @Test
  void another_uuid_fails_although_the_phone_did_not_ring_for_it() {
    arrived("push", "c-9");
    fails("the call came to the phone of anna with 2 UUIDs");
  }

  @Test
  void a_repeated_push_fails_unless_the_trail_says_why() {
    arrived("push", "c-1");
    fails("the phone of anna got the push 2 times, and the trail says why 0 times");
    device =
        json(
            "{'tries':[{'way':'push','outcome':'uncertain'},{'way':'push','outcome':'handed-over'}]}");
    judge();
  }

  @Test
  void the_same_channel_twice_fails_although_the_phone_folded_it() {
    arrived("frame", "c-1");
    fails("one channel told the phone of anna of the call 2 times");
  }

  @Test
  void no_ring_fails() {
    reports.clear();
    fails("the phone of anna rang 0 times");
  }
}
