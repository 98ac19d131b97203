# The scripts in examples, run as they are, in a sandbox.
$yaml = Join-Path $PSScriptRoot '../npm/node_modules/yaml/package.json'
$noYaml = -not ((Get-Command node -ErrorAction Ignore) -and (Test-Path $yaml))

Describe 'The examples' {
    BeforeAll {
        . (Join-Path $PSScriptRoot 'Pwsh.ps1')
        Import-Module $env:MAILADMIN_MODULE
        $examples = Convert-Path (Join-Path $PSScriptRoot '../../examples')
        $mailbox = 'invoices@contoso.onmicrosoft.com'

        function Get-ParseError([string] $Script) {
            $parseErrors = $null
            $null = [System.Management.Automation.Language.Parser]::ParseInput($Script, [ref]$null, [ref]$parseErrors)
            $parseErrors
        }

        # Runs a script file in a pwsh of its own that finds the module by its name, as a scheduler does.
        function Invoke-Script([string[]] $Arguments) {
            $before = $env:PSModulePath
            try {
                $env:PSModulePath = (Split-Path $env:MAILADMIN_MODULE) + [IO.Path]::PathSeparator + $before
                Invoke-ChildPwsh @Arguments 2>&1 | Out-String
            }
            finally {
                $env:PSModulePath = $before
            }
        }
    }

    BeforeEach {
        $sandbox = New-MailSandbox
        $null = $sandbox | Connect-MailAdmin
    }

    AfterEach {
        Get-MailAdminContext | Disconnect-MailAdmin
    }

    It 'have no error of syntax, and only commands and parameters of MailAdmin that exist' {
        $scripts = Get-ChildItem $examples -Recurse -Filter *.ps1
        $scripts.Count | Should -BeGreaterThan 5
        # So is what the pages in examples show.
        $pages = foreach ($page in Get-ChildItem $examples -Recurse -Filter README.md) {
            [regex]::Matches((Get-Content $page -Raw), '(?m)^ *```powershell\r?\n((?s).*?)^ *```').ForEach({
                    [pscustomobject]@{ Name = "$($page.Directory.Name)/README.md"; Text = $_.Groups[1].Value }
                })
        }
        @($pages).Count | Should -BeGreaterThan 4
        $scripts = @($scripts | Select-Object Name, @{ n = 'Text'; e = { Get-Content $_ -Raw } }) + $pages
        $wrong = foreach ($file in $scripts) {
            $text = $file.Text
            Get-ParseError $text | ForEach-Object { "$($file.Name): $_" }
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($text, [ref]$null, [ref]$null)
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $name = $call.GetCommandName()
                $command = $name ? (Get-Command $name -ErrorAction Ignore) : $null
                $used = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
                $used | Where-Object { $command.ModuleName -eq 'MailAdmin' -and -not $command.Parameters.ContainsKey($_.ParameterName) } |
                    ForEach-Object { "$($file.Name): $($command.Name) has no $_" }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It 'are all named in the README of their folder' {
        $text = Get-Content (Join-Path $examples README.md) -Raw
        (Get-ChildItem $examples -Directory).Name.Where({ -not $text.Contains("[$_]($_)") }) | Should -BeNullOrEmpty
    }

    Context 'Azure Automation' {
        BeforeAll {
            $runbook = Join-Path $examples 'azure-automation/Watch-MailApp.ps1'
        }

        It 'finds nothing in a healthy tenant, as the managed identity' {
            $null = New-MailAppRegistration Archive -ApplicationPermission Graph/Mail.Read -TenantWide -Confirm:$false -SecretLifetime 12
            & $runbook -Connection @{ InputObject = $sandbox; Identity = $true } | Should -BeNullOrEmpty
            (Get-MailAdminContext).CredentialType | Should -Be ManagedIdentity
        }

        It 'fails, and tells which secret ends soon and which app has lost its way' {
            $null = New-MailAppRegistration Scanner -ApplicationPermission Graph/Mail.Read -SecretLifetime 1 -WarningAction Ignore
            $found = [Collections.Generic.List[object]]::new()
            $failed = { & $runbook -ExpiringWithin 45 -Watch "Scanner=$mailbox", 'Gone=bob@contoso.onmicrosoft.com' -Connection @{ InputObject = $sandbox } |
                    ForEach-Object { $found.Add($_) } } | Should -Throw -PassThru
            "$failed" | Should -BeLike '3 findings: *'
            $found.App | Should -Be Scanner, Scanner, Gone
            $found[0].Finding | Should -Match '^\d+ days left$'
            $found[1].About | Should -Be $mailbox
            $found[1].Finding | Should -Not -BeLike '*no app*'
            $found[2].Finding | Should -BeLike "*'Gone'*"
        }
    }

    Context 'GitHub' {
        BeforeAll {
            $check = Join-Path $examples 'github-workflow/Test-MailAccess.ps1'
            $list = Join-Path $examples 'github-workflow/mail-access.csv'
        }

        It 'passes where the list is right, and writes the summary of the job' {
            $null = New-MailAppRegistration Ticketing -ApplicationPermission Graph/Mail.ReadWrite -Mailbox support@contoso.onmicrosoft.com
            $env:GITHUB_STEP_SUMMARY = Join-Path $TestDrive 'summary.md'
            try {
                $rows = & $check -Path $list -Connection @{ InputObject = $sandbox }
            }
            finally {
                $env:GITHUB_STEP_SUMMARY = $null
            }
            $rows.Access | Should -Be Granted, Denied
            $rows.Verdict | Should -Be Passed, Passed
            Get-Content (Join-Path $TestDrive 'summary.md') | Should -HaveCount 4
        }

        It 'fails where an app sees more than the list says' {
            $null = New-MailAppRegistration Ticketing -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
            $failed = { & $check -Path $list -Connection @{ InputObject = $sandbox } } | Should -Throw -PassThru
            "$failed" | Should -Be '1 to look at: Ticketing on alice@contoso.onmicrosoft.com is Granted'
        }

        It 'fails where an app got more than the baseline has, and shows what it lost' {
            $app = New-MailAppRegistration Ticketing -ApplicationPermission Graph/Mail.ReadWrite -Mailbox support@contoso.onmicrosoft.com
            $connection = @{ InputObject = $sandbox; Name = 'Check' }
            $report = Export-MailAdminReport (Join-Path $TestDrive 'baseline.html')
            { & $check -Path $list -Connection $connection -Baseline $report.JsonPath } | Should -Not -Throw
            $null = $app | Limit-MailApp -Add bob@contoso.onmicrosoft.com -Confirm:$false
            { & $check -Path $list -Connection $connection -Baseline $report.JsonPath } |
                Should -Throw '1 to look at: Widened: Ticketing on bob@contoso.onmicrosoft.com'
            $report = Export-MailAdminReport (Join-Path $TestDrive 'baseline.html') -Force
            $null = $app | Limit-MailApp -Remove bob@contoso.onmicrosoft.com -Confirm:$false
            $shown = & $check -Path $list -Connection $connection -Baseline $report.JsonPath
            $shown[-1].Difference, $shown[-1].Mailbox | Should -Be Narrowed, bob@contoso.onmicrosoft.com
        }

        It 'has a workflow whose steps are PowerShell without errors, that runs the script by its parameters' {
            $workflow = (Get-Content (Join-Path $examples 'github-workflow/mail-access.yml') -Raw).ReplaceLineEndings("`n")
            $steps = [regex]::Matches($workflow, '(?m)^        run: (?:\|\n((?:          .*\n|\n)+)|(.+)\n)').ForEach({ $_.Groups[1].Value + $_.Groups[2].Value })
            $steps | Should -HaveCount 3
            $steps.ForEach({ Get-ParseError $_ }) | Should -BeNullOrEmpty
            $workflow | Should -Match 'id-token: write'
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($steps[2], [ref]$null, [ref]$null)
            $signIn = $ast.Find({ $args[0] -is [System.Management.Automation.Language.HashtableAst] }, $true).KeyValuePairs.ForEach({ $_.Item1.Value })
            $set = (Get-Command Connect-MailAdmin).ParameterSets | Where-Object Name -eq FederatedToken
            $set.Parameters.Where({ $_.IsMandatory }).Name.Where({ $_ -notin $signIn }) | Should -BeNullOrEmpty
            $signIn.Where({ $_ -notin $set.Parameters.Name }) | Should -BeNullOrEmpty
            $used = $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandParameterAst] }, $true).ParameterName
            $used.Where({ -not (Get-Command $check).Parameters.ContainsKey($_) }) | Should -BeNullOrEmpty
        }
    }

    Context 'Azure Functions' {
        It 'has a page whose bindings are JSON, whose schedule has six fields, and whose activities get the whole list' {
            $page = Get-Content (Join-Path $examples 'azure-functions/README.md') -Raw
            $bindings = ([regex]::Matches($page, '(?m)^```json\r?\n((?s).*?)^```').ForEach({ $_.Groups[1].Value }) | ConvertFrom-Json).bindings
            $bindings.type | Should -Be timerTrigger
            # NCRONTAB has seconds: https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer
            $bindings.schedule.Split(' ') | Should -HaveCount 6
            $calls = [regex]::Matches($page, 'Receive-MailboxMessage[^\r\n]*').ForEach({ $_.Value })
            $calls | Should -HaveCount 2
            $calls.Where({ $_ -notmatch '-SkipInUse' -or $_ -notmatch 'mailboxes.txt' }) | Should -BeNullOrEmpty
        }
    }

    Context 'Kubernetes' {
        BeforeAll {
            $folder = Join-Path $examples 'kubernetes'
        }

        It 'has manifests whose names refer to what is there, and workers that find what their script needs' -Skip:$noYaml {
            $read = 'console.log(JSON.stringify(require("yaml").parseAllDocuments(require("fs").readFileSync(0, "utf8")).map(d => { if (d.errors.length) throw d.errors[0]; return d.toJS(); })))'
            Push-Location (Join-Path $PSScriptRoot '../npm')
            try { $manifests = @(Get-Content (Join-Path $folder receive.yaml) -Raw | node -e $read | ConvertFrom-Json -Depth 32) }
            finally { Pop-Location }
            $manifests.ForEach({ "$($_.apiVersion) $($_.kind)" }) | Should -Be 'v1 ConfigMap', 'v1 ServiceAccount', 'batch/v1 CronJob', 'batch/v1 Job'
            $config, $account, $cron, $job = $manifests
            $account.metadata.annotations.PSObject.Properties.Name | Should -Be 'azure.workload.identity/client-id'
            $cron.spec.schedule.Split(' ') | Should -HaveCount 5
            $job.spec.completionMode, $job.spec.parallelism | Should -Be Indexed, $job.spec.completions
            $script = Get-Content (Join-Path $folder Receive.ps1) -Raw
            # Those of workload identity come from its webhook: https://azure.github.io/azure-workload-identity/docs/topics/service-account-labels-and-annotations.html
            $needed = [regex]::Matches($script, '\$env:(\w+)').ForEach({ $_.Groups[1].Value }) | Where-Object { $_ -notlike 'AZURE_*' } | Sort-Object -Unique
            foreach ($pod in $cron.spec.jobTemplate.spec.template, $job.spec.template) {
                $pod.metadata.labels.'azure.workload.identity/use' | Should -BeExactly 'true'
                $pod.spec.serviceAccountName | Should -Be $account.metadata.name
                $pod.spec.restartPolicy | Should -Be Never
                $container = @($pod.spec.containers)[0]
                $container.env.name | Sort-Object | Should -Be $needed
                $reference = $container.env.valueFrom.configMapKeyRef
                $reference.name | Should -Be $config.metadata.name
                $config.data.PSObject.Properties.Name | Should -Contain $reference.key
                $container.volumeMounts.name | Should -Be $pod.spec.volumes.name
                ($pod.spec.volumes | Where-Object configMap).configMap.name | Should -Be $config.metadata.name
                $list = $container.env.Where({ $_.name -eq 'MAILBOX_LIST' }).value
                Split-Path $list | Should -Be ($container.volumeMounts | Where-Object name -EQ config).mountPath
                $config.data.PSObject.Properties.Name | Should -Contain (Split-Path $list -Leaf)
                $container.securityContext.readOnlyRootFilesystem | Should -BeTrue
                $container.volumeMounts.mountPath | Should -Contain '/tmp'
            }
        }

        It 'has an image of the official one, whose files are there, and that runs the script as nobody in particular' {
            $lines = (Get-Content (Join-Path $folder Dockerfile)).Where({ $_ -and $_ -notlike '#*' })
            $lines[0] | Should -Match '^FROM mcr\.microsoft\.com/powershell:7\.4-\S+$'
            $copies = $lines.Where({ $_ -like 'COPY *' })
            $copies | Should -HaveCount 2
            # https://learn.microsoft.com/powershell/module/microsoft.powershell.core/about/about_psmodulepath: for all users.
            $copies[0] | Should -BeExactly 'COPY --from=module . /usr/local/share/powershell/Modules/MailAdmin/'
            Get-Content (Join-Path $folder README.md) -Raw | Should -Match ([regex]::Escape('--build-context module=out/MailAdmin'))
            $null, $source, $target = $copies[1].Split(' ')
            Join-Path $folder $source | Should -Exist
            $entry = $lines.Where({ $_ -like 'ENTRYPOINT *' }).Substring('ENTRYPOINT '.Length) | ConvertFrom-Json
            $entry | Should -Be pwsh, -NoProfile, -NonInteractive, -File, "$target$source"
            # Kubernetes takes a number only, to know that it isn't root.
            $lines.Where({ $_ -like 'USER *' }) | Should -Match '^USER [1-9]\d*:[1-9]\d*$'
        }
    }

    Context 'A scheduled task' {
        BeforeAll {
            $folder = Join-Path $examples 'scheduled-task'
            $fetch = Join-Path $folder 'Receive-Invoices.ps1'
        }

        BeforeEach {
            $key = [Security.Cryptography.RSA]::Create(2048)
            $request = [Security.Cryptography.X509Certificates.CertificateRequest]::new(
                'CN=Invoices', $key, [Security.Cryptography.HashAlgorithmName]::SHA256, [Security.Cryptography.RSASignaturePadding]::Pkcs1)
            $certificate = $request.CreateSelfSigned([DateTimeOffset]::UtcNow.AddDays(-1), [DateTimeOffset]::UtcNow.AddYears(1))
            $app = New-MailAppRegistration Invoices -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false -Certificate $certificate
            $settings = Join-Path $TestDrive "$([guid]::NewGuid()).psd1"
            $destination = Join-Path $TestDrive ([guid]::NewGuid())
            "@{ Mailbox = '$mailbox'; Destination = '$destination'; MoveTo = 'Done' }" | Set-Content $settings
            $run = @{ Settings = $settings; Connection = @{ App = $app; Certificate = $certificate } }
        }

        It 'fetches the mailbox with the certificate, and the second time nothing' {
            $count = @(Get-MailSandboxMessage $mailbox Inbox).Count
            & $fetch @run | Should -Be "$count received, 0 failed."
            Get-MailSandboxMessage $mailbox Inbox | Should -BeNullOrEmpty
            @(Get-MailSandboxMessage $mailbox Done) | Should -HaveCount $count
            Get-ChildItem $destination -Filter *.eml | Should -HaveCount $count
            & $fetch @run | Should -Be '0 received, 0 failed.'
        }

        It 'ends with 1 when a message fails, and brings it the next time' {
            Set-MailSandbox -Fault MessageMissing -FaultCount 1
            $global:LASTEXITCODE = 0
            $said = & $fetch @run 2>$null
            $LASTEXITCODE | Should -Be 1
            $said[0] | Should -BeLike '* received, 1 failed.'
            $left = @(Get-MailSandboxMessage $mailbox Inbox).Count
            $left | Should -BeGreaterThan 0
            & $fetch @run | Should -Be "$left received, 0 failed."
        }

        It 'has settings that New-MailboxConnection takes, and ends with 2, a line in the log, and advice where they are wrong' {
            $is = Import-PowerShellDataFile (Join-Path $folder 'receive.psd1')
            $set = (Get-Command New-MailboxConnection).ParameterSets | Where-Object Name -eq CertificateThumbprint
            $set.Parameters.Where({ $_.IsMandatory }).Name | Sort-Object | Should -Be (@($is.Connection.Keys) + 'Mailbox' | Sort-Object)
            $log = Join-Path $TestDrive 'task.log'
            $settings = Join-Path $TestDrive 'wrong.psd1'
            (Get-Content (Join-Path $folder 'receive.psd1') -Raw).Replace($is.Log, $log) | Set-Content $settings
            $said = Invoke-Script '-File', $fetch, '-Settings', $settings
            $LASTEXITCODE | Should -Be 2
            $said | Should -Match "Failed: .*$($is.Connection.CertificateThumbprint)"
            Get-Content $log | Should -Match "^\d{4}-\d\d-\d\d \d\d:\d\d:\d\dZ Failed: .*$($is.Connection.CertificateThumbprint).*Cert:/LocalMachine/My"
        }

        It 'lists all that a service account lacks, before a task is created' {
            $store = 'C:\Program Files\WindowsApps\Microsoft.PowerShell_7.6\pwsh.exe'
            $failed = { & (Join-Path $folder 'Register-ReceiveTask.ps1') -Account 'CONTOSO\svc-mail$' -PowerShell $store } | Should -Throw -PassThru
            $is = Import-PowerShellDataFile (Join-Path $folder 'receive.psd1')
            foreach ($part in 'from the Microsoft Store', "No certificate $($is.Connection.CertificateThumbprint)", 'Manage Private Keys', "$($is.Destination) doesn't exist") {
                "$failed" | Should -Match ([regex]::Escape($part))
            }
            { & (Join-Path $folder 'Register-ReceiveTask.ps1') -Account x -PowerShell "$TestDrive/none.exe" } | Should -Throw "*none.exe doesn't exist*"
        }

        It 'registers with Windows, by parameters that its cmdlets have' {
            # Where Windows' own cmdlets are missing, stand-ins with the parameters that the script may use:
            # https://learn.microsoft.com/powershell/module/scheduledtasks/
            if (-not (Get-Command Register-ScheduledTask -ErrorAction Ignore)) {
                function New-ScheduledTaskAction { [CmdletBinding()] param([string] $Execute, [string] $Argument, [string] $WorkingDirectory, [string] $Id) "$Execute $Argument" }
                function New-ScheduledTaskTrigger { [CmdletBinding()] param([switch] $Once, [datetime] $At, [timespan] $RepetitionInterval, [timespan] $RepetitionDuration) "$RepetitionInterval" }
                function New-ScheduledTaskPrincipal { [CmdletBinding()] param([string] $UserId, [ValidateSet('None', 'Password', 'S4U', 'Interactive', 'Group', 'ServiceAccount', 'InteractiveOrPassword')] [string] $LogonType) "$UserId $LogonType" }
                function New-ScheduledTaskSettingsSet { [CmdletBinding()] param([ValidateSet('Parallel', 'Queue', 'IgnoreNew')] [string] $MultipleInstances, [switch] $StartWhenAvailable, [timespan] $ExecutionTimeLimit) "$MultipleInstances" }
                function Register-ScheduledTask { [CmdletBinding()] param([string] $TaskName, [string] $Description, $Action, $Trigger, $Principal, $Settings, [switch] $Force) $PSBoundParameters }
            }
            else {
                Mock Register-ScheduledTask { $PesterBoundParameters }
            }
            # A machine on which nothing is missing.
            $null = New-Item $destination -ItemType Directory
            $program = New-Item (Join-Path $TestDrive 'pwsh.exe') -Force
            $before = $env:PSModulePath
            try {
                $env:PSModulePath = (Split-Path $env:MAILADMIN_MODULE) + [IO.Path]::PathSeparator + $before
                $task = & (Join-Path $folder 'Register-ReceiveTask.ps1') -Account 'CONTOSO\svc-mail$' -PowerShell $program -Settings $settings -WarningVariable warned 3>$null
            }
            finally {
                $env:PSModulePath = $before
            }
            $task.TaskName | Should -Be 'Receive invoices'
            "$warned" | Should -Match 'Log on as a batch job'
            if ($task.Action -is [string]) {
                $task.Action | Should -Be "$program -NoProfile -NonInteractive -File `"$fetch`" -Settings `"$settings`""
                $task.Trigger | Should -Be '00:05:00'
                $task.Principal | Should -Be 'CONTOSO\svc-mail$ Password'
            }
            # Never dotnet, which is the program of a PowerShell that is a .NET tool.
            (Get-Content (Join-Path $folder 'Register-ReceiveTask.ps1') -Raw) | Should -Match ([regex]::Escape("(Join-Path `$PSHOME 'pwsh.exe')"))
        }

        It 'runs under systemd and cron by a line that starts the script' {
            foreach ($line in (Get-Content (Join-Path $folder 'mailadmin-receive.service') -Raw), (Get-Content (Join-Path $examples README.md) -Raw)) {
                $command = [regex]::Match($line, '/usr/bin/pwsh (.*)').Groups[1].Value.Trim()
                $command | Should -Be '-NoProfile -NonInteractive -File /opt/mail/Receive-Invoices.ps1'
            }
            $analyze = Get-Command systemd-analyze -ErrorAction Ignore
            if (-not $analyze) { Set-ItResult -Skipped -Because 'systemd-analyze is not on PATH, so the units were not verified' }
            $units = Get-ChildItem $folder -Filter 'mailadmin-receive.*'
            $units | Should -HaveCount 2
            # The program and the user of the unit need not be on this machine.
            $said = & $analyze verify $units.FullName 2>&1 | Where-Object { "$_" -notmatch 'is not executable|No such file|Unknown user' }
            $said | Where-Object { "$_" -match 'mailadmin-receive' } | Should -BeNullOrEmpty
        }
    }

    Context 'Provisioning' {
        It 'passes its own tests' {
            $tests = Join-Path $examples 'provisioning/Provision.Tests.ps1'
            $pester = Join-Path (Get-Module Pester).ModuleBase Pester.psd1
            $said = Invoke-Script '-Command', "Import-Module '$pester'; `$r = Invoke-Pester '$tests' -PassThru -Output Detailed; `"`$(`$r.PassedCount) of `$(`$r.TotalCount)`""
            $said.Trim() | Should -BeLike '*5 of 5' -Because $said
        }

        It 'runs by the line of its README' {
            $line = [regex]::Match((Get-Content (Join-Path $examples README.md) -Raw), '(?m)^\./provisioning/.*$').Value
            $before = Get-Location
            $copy = Join-Path $TestDrive 'examples'
            Copy-Item $examples $copy -Recurse
            Set-Location $copy
            try {
                (Invoke-Expression $line).Access | Should -Be Passed, Passed
            }
            finally {
                Set-Location $before
            }
            Get-ChildItem (Join-Path $copy secrets) | Should -HaveCount 2
        }
    }
}
