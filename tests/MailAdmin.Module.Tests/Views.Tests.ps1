# How objects look: a table and a list for every type, color where the host takes it, no secret anywhere.
Describe 'The views' {
    BeforeAll {
        $module = Import-Module ($env:MAILADMIN_MODULE ? $env:MAILADMIN_MODULE : (Join-Path $PSScriptRoot '../../out/MailAdmin')) -PassThru
        $rendering = $PSStyle.OutputRendering
        $null = Connect-MailAdmin -Sandbox
        $app = New-MailAppRegistration -Name 'Invoice reader' -ApplicationPermission Graph/Mail.ReadWrite -TenantWide -Confirm:$false
        $mailbox = (Get-MailAdminContext).Sandbox.Mailbox[0]
        $test = $app | Test-MailboxConnection -Mailbox $mailbox
    }

    AfterAll {
        $PSStyle.OutputRendering = $rendering
        Disconnect-MailAdmin
    }

    It 'has a table and a list for every type that a cmdlet emits' {
        $types = $module.ExportedCmdlets.Values.OutputType.Type | Where-Object Namespace -eq MailAdmin | Sort-Object FullName -Unique
        $types.Count | Should -BeGreaterOrEqual 20
        $missing = foreach ($type in $types) {
            $controls = (Get-FormatData $type.FullName).FormatViewDefinition.Control | ForEach-Object { $_.GetType().Name }
            if ($controls -notcontains 'TableControl') { "$type has no table" }
            if ($controls -notcontains 'ListControl') { "$type has no list" }
        }
        $missing | Should -BeNullOrEmpty
    }

    It 'has only columns and items that the type has' {
        $wrong = foreach ($type in $module.ExportedCmdlets.Values.OutputType.Type | Where-Object Namespace -eq MailAdmin | Sort-Object FullName -Unique) {
            foreach ($view in (Get-FormatData $type.FullName).FormatViewDefinition) {
                $entries = @($view.Control.Rows.Columns.DisplayEntry) + @($view.Control.Entries.Items.DisplayEntry) | Where-Object { $_ }
                foreach ($entry in $entries) {
                    # Within ForEach-Object, $_ is something else: the search does not go into nested script blocks.
                    $names = $entry.ValueType -eq 'Property' ? $entry.Value :
                        [scriptblock]::Create($entry.Value).Ast.FindAll({ $args[0] -is [System.Management.Automation.Language.MemberExpressionAst] -and "$($args[0].Expression)" -eq '$_' }, $false).Member.Value
                    $names | Where-Object { -not $type.GetProperty($_) } | ForEach-Object { "$type has no $_ ($($view.Name))" }
                }
            }
        }
        $wrong | Should -BeNullOrEmpty
    }

    It 'has no column that is narrower than its label' {
        $views = [xml](Get-Content (Join-Path (Get-Module MailAdmin).ModuleBase MailAdmin.Format.ps1xml) -Raw)
        $views.SelectNodes('//TableColumnHeader[Label and Width]') | Where-Object { $_.Label.Length -gt [int]$_.Width } | ForEach-Object Label | Should -BeNullOrEmpty
    }

    It 'shows a line for each app and no wall of ids' {
        $PSStyle.OutputRendering = 'PlainText'
        $lines = ($app | Format-Table | Out-String -Width 120).Trim() -split '\r?\n'
        $lines.Count | Should -Be 3
        $lines[2] | Should -Match "^Invoice reader +$($app.ClientId) +\d{4}-\d\d-\d\d +Graph/Mail.ReadWrite$"
    }

    It 'colors verdicts where the host takes color, and nowhere else' {
        $PSStyle.OutputRendering = 'Ansi'
        ($test | Format-Table | Out-String) | Should -Match ([regex]::Escape("$($PSStyle.Foreground.Green)Passed"))
        $PSStyle.OutputRendering = 'PlainText'
        ($test | Format-Table | Out-String) | Should -Not -Match "`e"
        ($test | Format-List | Out-String) | Should -Not -Match "`e"
    }

    It 'shows no secret, in no view' {
        $secret = ConvertFrom-SecureString $app.ClientSecret -AsPlainText
        $shown = & { $app; $app | Format-Table; $app | Format-List; $app | Format-List *; $app | Format-Custom; $app | ConvertTo-Json -Depth 4; "$app" } | Out-String
        $shown | Should -Not -Match ([regex]::Escape($secret))
    }
}
