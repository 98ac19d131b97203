// CLI for Microsoft 365, in one process: https://pnp.github.io/cli-microsoft365/user-guide/use-cli-api
import { executeCommand } from '@pnp/cli-microsoft365';
import { serve } from './judge.mjs';

await serve(async ({ command, options }, tell) => {
    const { stdout } = await executeCommand(command, { output: 'json', ...options }, { stdout: () => {}, stderr: tell });
    return stdout ? JSON.parse(stdout) : null;
});
