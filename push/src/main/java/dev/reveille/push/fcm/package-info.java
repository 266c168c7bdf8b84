/// Reaches Android phones through Google's FCM, its HTTP v1 interface.
///
/// [FcmSender] is the front. What it sends are data messages: the app decides what to show, so a
/// call can bring up the app's own call screen. The envelope that every push carries is one string
/// of the message's data.
///
/// ```
///   send(group) -> FcmApps: the service account -> FcmAccount (project)
///                                                    |-- AccessToken: one request however many wait
///                    FcmPayload -> FcmRequest        |-- ProjectLimit, DeviceLimits
///                                     |              `-- ClientPool
///                                     v
///                                   answer -> FcmAnswers (table) -> FcmVerdicts -> outcome
/// ```
///
/// The time to live is written when the request leaves, not when it is made: it is what remains of
/// the ring at that moment, so no phone that comes online later rings late.
///
/// Google counts messages per project and per device. We count as well and hold back before Google
/// refuses; calls are never held back by our own count.
@NullMarked
package dev.reveille.push.fcm;

import org.jspecify.annotations.NullMarked;
