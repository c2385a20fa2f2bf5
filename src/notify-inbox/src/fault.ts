/** An error with the code of the server; `network` when there was no answer. */
export interface Fault {
  readonly code: string;
  readonly message: string;
}

/** Creates an error with a code. */
export const fault = (code: string, message = ''): Error & Fault => Object.assign(new Error(message), { code });

/** Returns any error as a change that all tabs tell their page. */
export const errorOf = (error: unknown): { readonly type: 'error'; readonly error: Fault } => ({ type: 'error', error: faultOf(error) });

/** Returns the code and the message of any error. */
export const faultOf = (error: unknown): Fault => {
  const { code, message } = error as Partial<Fault>;
  return { code: typeof code === 'string' ? code : 'network', message: message ?? String(error) };
};
