# Runs the examples of the help as they are written, each without the variables and contexts of another, in a folder of its own.
Describe 'The examples of the help' {
    BeforeAll {
        # An example that opens another runspace imports the module there by its name.
        $pathBefore = $env:PSModulePath
        $module = Convert-Path ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin'))
        $work = (New-Item (Join-Path ([IO.Path]::GetTempPath()) "mailadmin-examples-$PID") -ItemType Directory -Force).FullName

        $env:PSModulePath = "$(Split-Path $module)$([IO.Path]::PathSeparator)$pathBefore"

        # An example is all the PowerShell below a heading; "(Microsoft 365)" at the heading's end says that it needs the real service,
        # "(served sandbox)" that it needs one which another process serves: Connect-MailAdmin.Tests.ps1 runs these.
        $examples = foreach ($page in Get-ChildItem (Join-Path $PSScriptRoot '../../docs/en-US') -Filter *.md) {
            foreach ($part in (Get-Content $page -Raw) -split '(?m)^(?=#{2,3} )') {
                $scripts = [regex]::Matches($part, '(?ms)^```powershell\n(.*?)^```').ForEach({ $_.Groups[1].Value })
                if ($scripts) {
                    $title = [regex]::Match($part, '\A#+ (.*)').Groups[1].Value
                    [pscustomobject]@{
                        Name     = "$($page.BaseName), '$title'"
                        Script   = $scripts -join "`n"
                        NeedsM365 = $title.EndsWith('(Microsoft 365)')
                        NeedsServe = $title.EndsWith('(served sandbox)')
                    }
                }
            }
        }

        # Says what went wrong; nothing when it ran.
        function Invoke-Example($Example) {
            $folder = (New-Item (Join-Path $work ([guid]::NewGuid())) -ItemType Directory).FullName
            $shell = [powershell]::Create()
            try {
                # One runspace after another takes long to load the module: this one forgets variables and contexts instead.
                if (-not $script:runspace) {
                    $script:runspace = [runspacefactory]::CreateRunspace([initialsessionstate]::CreateDefault())
                    $script:runspace.Open()
                }
                $script:runspace.ResetRunspaceState()
                $shell.Runspace = $script:runspace
                $null = $shell.AddScript("`$ErrorActionPreference = 'Stop'; Import-Module '$module'; Disconnect-MailAdmin -All; Set-Location '$folder'").Invoke()
                $shell.Commands.Clear()
                $shell.Streams.ClearStreams()
                $running = $shell.AddScript($Example.Script).AddCommand('Out-String').BeginInvoke()
                if ($running.AsyncWaitHandle.WaitOne([timespan]::FromMinutes(2))) {
                    $null = $shell.EndInvoke($running)
                    $shell.Streams.Error | ForEach-Object { "$($Example.Name): $_" }
                }
                else {
                    $shell.Stop()
                    $script:runspace.Dispose()
                    $script:runspace = $null
                    "$($Example.Name): not done after two minutes"
                }
            }
            catch {
                "$($Example.Name): $($_.Exception.InnerException.Message ?? $_)"
            }
            finally {
                $shell.Dispose()
            }
        }
    }

    AfterAll {
        ${script:runspace}?.Dispose()
        $env:PSModulePath = $pathBefore
        Remove-Item $work -Recurse -Force
    }

    It 'run as written against a sandbox' {
        $runnable = @($examples | Where-Object { -not $_.NeedsM365 -and -not $_.NeedsServe })
        $runnable.Count | Should -BeGreaterThan 25
        $runnable | ForEach-Object { Invoke-Example $_ } | Should -BeNullOrEmpty
    }

    It 'are marked (Microsoft 365) when they use no sandbox, and only then' {
        $marked = $examples | Where-Object NeedsM365
        $marked | ForEach-Object { Write-Host "    Not run: $($_.Name)" }
        # Recipes are files: who only looks at them needs neither.
        $examples | Where-Object { $_.Script -notmatch '\AGet-MailAppRecipe|\A\(Get-MailAppRecipe' } | Where-Object { $_.NeedsM365 -eq ($_.Script -match 'Sandbox') } | ForEach-Object Name | Should -BeNullOrEmpty
    }

    It 'have only commands and parameters that exist, those that were not run too' {
        Import-Module $module
        $wrong = foreach ($example in $examples) {
            $parseErrors = $null
            $ast = [System.Management.Automation.Language.Parser]::ParseInput($example.Script, [ref]$null, [ref]$parseErrors)
            $parseErrors | ForEach-Object { "$($example.Name): $_" }
            foreach ($call in $ast.FindAll({ $args[0] -is [System.Management.Automation.Language.CommandAst] }, $true)) {
                $command = Get-Command $call.GetCommandName() -ErrorAction Ignore
                $used = $call.CommandElements | Where-Object { $_ -is [System.Management.Automation.Language.CommandParameterAst] }
                if (-not $command) { "$($example.Name): there is no $($call.GetCommandName())" }
                $used | Where-Object { $command -and -not $command.Parameters.ContainsKey($_.ParameterName) } | ForEach-Object { "$($example.Name): $($command.Name) has no $_" }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }
}
