/** A thread beside this one that answers questions, one after the other in the order in which they are asked. */
export interface SideThread<Question, Answer> {
  /** Copies the question to the thread: whoever asked still has it when the answer is lost. Rejects what cannot be copied. */
  readonly ask: (question: Question) => Promise<SideAnswer<Answer>>;
  /** Ends the thread at once, in the middle of whatever it does; what it was asked is lost. */
  readonly close: () => void;
}

/**
 * What came of a question. `lost`: the thread could not start, failed or was closed, and answers nothing any more; `out-of-memory` is
 * said of the one question that it was at when it had no memory left.
 */
export type SideAnswer<Answer> = { readonly answer: Answer } | { readonly lost: 'ended' | 'out-of-memory' };
