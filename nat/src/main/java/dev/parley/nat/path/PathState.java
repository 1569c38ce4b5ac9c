package dev.parley.nat.path;

/**
 * How much is known of a path. Only authenticated answers to our own probes move it towards {@link
 * #PROVEN}, and only their absence moves it away.
 *
 * <pre>
 *   UNTRIED ──first probe──► CHECKING ──answer──► PROVEN ◄──answer── DOUBTED
 *                               │  ▲                └──probe unanswered──► │
 *                     no answer ▼  │ pause over                            │
 *                             SILENT ◄───────── no answer ─────────────────┘
 * </pre>
 */
public enum PathState {
  UNTRIED,
  CHECKING,
  PROVEN,
  DOUBTED,
  SILENT
}
