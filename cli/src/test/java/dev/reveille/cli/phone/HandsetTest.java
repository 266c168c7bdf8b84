package dev.reveille.cli.phone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.reveille.cli.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Dialogues with a handset: a frame or a typed line in, frames and lines out. What a test does not
/// expect fails it.
class HandsetTest {
  private static final String CALL =
      "{'frame':'call','call':'c-1','event':'e-7','caller':{'name':'Carol'},'video':false}";

  private final List<String> sent = new ArrayList<>();
  private final List<String> shown = new ArrayList<>();
  private final List<String> moved = new ArrayList<>();
  private int rings;
  private final Handset handset =
      new Handset(
          new Handset.PhoneActions() {
            @Override
            public void show(final String words) {
              shown.add(words);
            }

            @Override
            public void ring() {
              rings++;
            }

            @Override
            public void send(final ObjectNode frame) {
              sent.add(frame.toString().replace('"', '\''));
            }

            @Override
            public void open() {
              moved.add("open");
            }

            @Override
            public void close() {
              moved.add("close");
            }

            @Override
            public void switchOff() {
              moved.add("off");
            }
          },
          "e-0",
          "foreground");

  @BeforeEach
  void connect() {
    handset.opened();
    assertSent("{'frame':'hello','cursor':'e-0','state':'foreground'}");
  }

  @AfterEach
  void nothing_is_left_over() {
    assertEquals(List.of(), sent);
    assertEquals(List.of(), shown);
    assertEquals(List.of(), moved);
  }

  @Test
  void a_message_is_acknowledged_and_shown() {
    hear(
        "{'frame':'entry','position':'e-5','event':'e-5','class':'message','type':'message',"
            + "'conversation':'team','content':{'title':'Bob','text':'Lunch?'}}");
    assertSent("{'frame':'ack','events':['e-5']}");
    assertShown("message  Bob: Lunch?   [e-5]");
    assertEquals("e-5", handset.cursor());
  }

  @Test
  void who_answered_talks_until_they_hang_up() {
    hear(CALL);
    assertEquals("foreground, RINGING: Carol, unread: 0", handset.summary());
    assertEquals(1, rings);
    handset.typed("a");
    hear("{'frame':'done','of':'answer','id':'answer'}");
    assertEquals("foreground, talking, unread: 0", handset.summary());
    handset.typed("h");
    handset.typed("h");
    assertEquals("You are talking.", shown.get(1));
    assertEquals(List.of("You hung up.", "You are not talking."), shown.subList(2, 4));
    assertEquals("foreground, unread: 0", handset.summary());
    shown.clear();
    assertSent("{'frame':'ack','events':['e-7']}", "{'frame':'answer','id':'answer','call':'c-1'}");
  }

  @Test
  void an_entry_told_twice_is_acknowledged_twice_and_shown_once() {
    final String entry =
        "{'frame':'entry','event':'e-5','class':'alert','type':'voicemail','content':{'title':'V','text':''}}";
    hear(entry);
    hear(entry);
    assertSent("{'frame':'ack','events':['e-5']}", "{'frame':'ack','events':['e-5']}");
    assertShown("voicemail V   [e-5]");
  }

  @Test
  void a_call_rings_once_however_often_it_is_told() {
    hear(CALL);
    hear(CALL.replace("'video'", "'state':true,'video'"));
    assertSent("{'frame':'ack','events':['e-7']}", "{'frame':'ack','events':['e-7']}");
    assertShown("RINGING  Carol   answer, decline, or decline here   [call c-1]");
  }

  @Test
  void the_end_of_a_call_silences_it() {
    rings();
    hear(
        "{'frame':'call-over','call':'c-1','event':'e-8','how':'answered-elsewhere','where':'desk'}");
    assertSent("{'frame':'ack','events':['e-8']}");
    assertShown("silent   Carol: answered elsewhere (desk).");
    handset.typed("answer");
    assertShown("Nothing rings.");
  }

  @Test
  void a_call_that_is_not_named_when_the_phone_returns_is_over() {
    rings();
    hear("{'frame':'welcome','installation':'i-1','position':'e-0','ringing':[]}");
    assertShown("Connected as i-1, foreground.", "silent   Carol: it is over.");
  }

  @Test
  void a_call_is_answered() {
    rings();
    handset.typed("answer");
    assertSent("{'frame':'answer','id':'answer','call':'c-1'}");
    hear("{'frame':'done','of':'answer','id':'answer'}");
    assertShown("You are talking.");
  }

  @Test
  void an_answer_that_came_too_late_says_so() {
    rings();
    handset.typed("a");
    assertSent("{'frame':'answer','id':'answer','call':'c-1'}");
    hear(
        "{'frame':'error','of':'answer','code':'RV-701','title':'The call is"
            + " over.','detail':'cancelled'}");
    assertShown("answer: The call is over. cancelled (RV-701)");
  }

  @Test
  void a_call_is_declined_everywhere_or_here_only() {
    rings();
    handset.typed("decline");
    assertSent("{'frame':'decline','id':'decline','call':'c-1','everywhere':true}");
    hear(CALL);
    assertShown("RINGING  Carol   answer, decline, or decline here   [call c-1]");
    handset.typed("decline here");
    assertSent(
        "{'frame':'ack','events':['e-7']}",
        "{'frame':'decline','id':'decline','call':'c-1','everywhere':false}");
    hear("{'frame':'done','of':'decline'}");
    assertShown("Declined.");
  }

  @Test
  void the_apps_state_is_told() {
    handset.typed("background");
    handset.typed("lock");
    handset.typed("f");
    assertSent(
        "{'frame':'state','state':'background'}",
        "{'frame':'state','state':'locked'}",
        "{'frame':'state','state':'foreground'}");
    assertShown("The app is background.", "The app is locked.", "The app is foreground.");
  }

  @Test
  void a_stopped_app_has_no_channel_until_it_is_opened() {
    handset.typed("sleep");
    assertMoved("close");
    assertShown("The app is stopped; its channel is closed. `foreground` opens it again.");
    handset.typed("foreground");
    assertMoved("open");
    handset.opened();
    assertSent("{'frame':'hello','cursor':'e-0','state':'foreground'}");
  }

  @Test
  void reading_marks_conversations_up_to_their_newest_and_alerts_one_by_one() {
    message("e-1", "team");
    message("e-2", "team");
    hear("{'frame':'entry','event':'e-3','class':'alert','type':'missed-call','content':{}}");
    sent.clear();
    shown.clear();
    handset.typed("read");
    assertSent(
        "{'frame':'mark','mark':'read','events':['e-3']}",
        "{'frame':'read','conversation':'team','upTo':'e-2'}");
    assertShown("Read: 3.");
    handset.typed("r");
    assertShown("Read: 0.");
  }

  @Test
  void changes_name_their_folders_and_are_not_unread() {
    hear(
        "{'frame':'change','event':'e-4','class':'change','type':'change','folders':['INBOX','Sent']}");
    assertSent("{'frame':'ack','events':['e-4']}");
    assertShown("change   INBOX, Sent   [e-4]");
    handset.typed("status");
    assertShown("foreground, connected, ringing: 0, unread: 0, read up to e-0");
  }

  @Test
  void pings_are_answered_in_silence() {
    hear("{'frame':'ping'}");
    assertSent("{'frame':'pong'}");
  }

  @Test
  void what_the_server_says_of_the_channel_is_shown() {
    hear("{'frame':'gap','asked':'e-0'}");
    hear("{'frame':'behind','position':'e-9','ringing':[]}");
    hear("{'frame':'caught-up','position':'e-9'}");
    hear("{'frame':'go-away','delay':'PT1S'}");
    hear("{'frame':'fortune'}");
    handset.closed("bye");
    assertEquals("e-9", handset.cursor());
    assertEquals(5, shown.size());
    assertTrue(shown.getLast().contains("bye"), shown.getLast());
    shown.clear();
  }

  @Test
  void an_unknown_word_shows_the_known_ones() {
    handset.typed("dance");
    handset.typed("");
    assertShown(
        "foreground, background, lock, sleep, answer, decline [here], hang up, read, status, quit");
    handset.typed("quit");
    assertMoved("off");
  }

  private void rings() {
    hear(CALL);
    sent.clear();
    shown.clear();
  }

  private void message(final String event, final String conversation) {
    hear(
        "{'frame':'entry','event':'%s','class':'message','type':'message','conversation':'%s','content':{}}"
            .formatted(event, conversation));
  }

  private void hear(final String frame) {
    handset.received(Json.read(frame.replace('\'', '"')));
  }

  private void assertSent(final String... frames) {
    assertEquals(List.of(frames), List.copyOf(sent));
    sent.clear();
  }

  private void assertShown(final String... lines) {
    assertEquals(List.of(lines), List.copyOf(shown));
    shown.clear();
  }

  private void assertMoved(final String... moves) {
    assertEquals(List.of(moves), List.copyOf(moved));
    moved.clear();
  }
}
